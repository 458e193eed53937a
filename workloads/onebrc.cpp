// SPDX-License-Identifier: Apache-2.0
// The One Billion Row Challenge: minimum, mean and maximum temperature per station of a text file.
#include <fmt/format.h>
#include <hpct/region.h>
#include <hpct/workload.h>

#include <algorithm>
#include <deque>
#include <span>

#include "workloads/onebrc/aggregate.h"
#include "workloads/onebrc/brute_force.h"
#include "workloads/onebrc/cached_data.h"
#include "workloads/onebrc/mapped_file.h"
#include "workloads/onebrc/naive.h"

namespace hpct {
std::span<const onebrc::Kernel* const> onebrc_kernels();
}

namespace hpct::onebrc {
namespace {

/// Threads and their tables, made before anything is timed.
struct Crew {
  explicit Crew(int threads) : team(threads), tables(static_cast<std::size_t>(threads)) {}
  ThreadTeam team;
  std::deque<SlotTable> tables;
};

const Kernel* kernel_for(Isa isa) {
  for (const auto* kernel : onebrc_kernels())
    if (isa_from(kernel->isa) == isa) return kernel;
  return nullptr;
}

std::string describe(const Tally& tally) {
  return fmt::format("{} rows with min/mean/max {}/{}/{}", tally.count, format_tenths(tally.min),
                     format_tenths(mean_tenths(tally.sum, tally.count)), format_tenths(tally.max));
}

/// One sentence about the first station in which they differ; empty when they are equal.
std::string first_difference(const Tallies& expected, const Tallies& got) {
  const auto [e, g] = std::mismatch(expected.begin(), expected.end(), got.begin(), got.end());
  if (e == expected.end() && g == got.end()) return {};
  if (e == expected.end() || (g != got.end() && g->name < e->name))
    return fmt::format("station \"{}\" is not in the input", g->name);
  if (g == got.end() || e->name < g->name) return fmt::format("station \"{}\" is missing", e->name);
  return fmt::format("station \"{}\": expected {}, got {}", e->name, describe(*e), describe(*g));
}

class OneBillionRows final : public Workload {
 public:
  explicit OneBillionRows(const Settings& settings)
      : settings_(settings), single_(1), crew_(settings.threads) {}

  Expected<void> prepare(Progress& progress) override {
    return settings_.text("input").empty() ? prepare_generated(progress) : prepare_users_file(progress);
  }

  Expected<void> run(const Variant& variant) override {
    auto tallies = variant.name == "naive" ? aggregate_naively(file_) : aggregate_mapped(variant);
    if (!tallies) return tl::unexpected(tallies.error());
    HPCT_REGION("output");
    tallies_ = std::move(*tallies);
    result_ = format_results(tallies_);
    return {};
  }

  Expected<Check> verify(const Variant&) override {
    auto message = first_difference(expected_, tallies_);
    if (message.empty() && result_ != format_results(expected_)) message = "the formatted result differs";
    return Check{.ok = message.empty(), .reference = reference_, .message = std::move(message)};
  }

  [[nodiscard]] DeclaredWork work(const Variant&) const override {
    Work work;
    work.items = Quantity{static_cast<double>(count_rows(tallies_)), "rows", Provenance::counted};
    work.bytes_read = Quantity{static_cast<double>(bytes_), "file size", Provenance::modelled};
    work.bytes_written = Quantity{0, "the tables of the stations stay in the caches"};
    auto total = work;
    total.bytes_written =
        Quantity{static_cast<double>(result_.size()), "the result text", Provenance::counted};
    return {.total = total, .regions = {{"aggregate", work}}};
  }

 private:
  Expected<void> prepare_generated(Progress& progress) {
    const DataSet data{.stations = settings_.text("stations"),
                       .rows = settings_.integer("rows"),
                       .seed = static_cast<std::uint64_t>(settings_.integer("seed"))};
    auto cached = cached_data(data, settings_.cache, progress);
    if (!cached) return tl::unexpected(cached.error());
    file_ = cached->file;
    bytes_ = cached->content.bytes;
    expected_ = std::move(cached->content.tallies);
    reference_ = "sums kept by the generator";
    return {};
  }

  Expected<void> prepare_users_file(Progress& progress) {
    file_ = settings_.text("input");
    std::error_code unknown;
    if (std::filesystem::exists(file_, unknown) && !std::filesystem::is_regular_file(file_, unknown))
      return fail(ErrorCode::io, file_.string() + " is not a regular file", "name an ordinary file of rows");
    auto tallies = brute_force(file_, progress);
    if (!tallies) return tl::unexpected(tallies.error());
    expected_ = std::move(*tallies);
    reference_ = "brute force, one line at a time";
    const auto mapped = MappedFile::open(file_);
    if (!mapped) return tl::unexpected(mapped.error());
    bytes_ = mapped->bytes().size();
    return {};
  }

  Expected<Tallies> aggregate_mapped(const Variant& variant) {
    const auto file = MappedFile::open(file_);
    if (!file) return tl::unexpected(file.error());
    // The kernels trust the file because it was checked.
    if (file->bytes().size() != bytes_)
      return fail(ErrorCode::io, file_.string() + " has changed since it was checked", "run again");
    auto& crew = variant.parallel ? crew_ : single_;
    return aggregate(*kernel_for(variant.isa), file->bytes(), crew.team, crew.tables);
  }

  Settings settings_;
  Crew single_;
  Crew crew_;
  std::filesystem::path file_;
  std::uint64_t bytes_ = 0;
  Tallies expected_;
  std::string reference_;
  Tallies tallies_;
  std::string result_;
};

std::vector<Parameter> parameters() {
  return {{.name = "rows",
           .default_value = std::int64_t{100'000'000},
           .summary = "rows to generate",
           .low = 1,
           .high = 1e9,
           .choices = {}},
          {.name = "stations",
           .default_value = std::string("413"),
           .summary = "stations to generate: the challenge's 413, or 10,000 with names of 2 to 100 bytes",
           .low = {},
           .high = {},
           .choices = {"413", "10k"}},
          {.name = "seed",
           .default_value = std::int64_t{1},
           .summary = "seed of the generator",
           .low = 0,
           .high = 0x1p53,
           .choices = {}},
          {.name = "input",
           .default_value = std::string(),
           .summary =
               "your own file instead of a generated one; it is checked first, about 0.1 s per million rows",
           .low = {},
           .high = {},
           .choices = {}}};
}

std::vector<Variant> variants(const Settings&) {
  std::vector<Variant> all = {
      {.name = "naive", .summary = "getline, stod and std::map", .isa = Isa::baseline, .parallel = false},
      {.name = "mmap",
       .summary = "mapped file, 8 bytes at a time, own hash table",
       .isa = Isa::baseline,
       .parallel = false},
      {.name = "threads",
       .summary = "the same on all threads, chunk by chunk",
       .isa = Isa::baseline,
       .parallel = true}};
  if (kernel_for(Isa::avx2) != nullptr)
    all.push_back({.name = "avx2",
                   .summary = "eight cursors per thread, four lines at once",
                   .isa = Isa::avx2,
                   .parallel = true});
  if (kernel_for(Isa::avx512) != nullptr)
    all.push_back({.name = "avx512",
                   .summary = "eight lines at once per thread",
                   .isa = Isa::avx512,
                   .parallel = true});
  return all;
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  if (settings.threads < 1) return fail(ErrorCode::usage, "1brc needs at least one thread");
  return std::make_unique<OneBillionRows>(settings);
}

/// A file of the user's own cannot be made smaller, so rows are generated in its place.
void reduce(Settings& settings) {
  settings.parameters["rows"] = std::min(settings.integer("rows"), std::int64_t{100'000});
  settings.parameters["input"] = std::string();
}

constexpr WorkloadInfo kInfo{
    .name = "1brc",
    .summary = "One Billion Row Challenge: min, mean, max per station of a text file",
    .role = "workload",
    .item = "row",
    .parameters = parameters,
    .variants = variants,
    .make = make,
    .small = "rows=1M",
    .reduce = reduce};

}  // namespace
}  // namespace hpct::onebrc

namespace hpct::workloads {
extern const WorkloadInfo onebrc;
const WorkloadInfo onebrc = hpct::onebrc::kInfo;
}  // namespace hpct::workloads
