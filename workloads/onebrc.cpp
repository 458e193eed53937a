// SPDX-License-Identifier: Apache-2.0
// The One Billion Row Challenge: minimum, mean and maximum temperature per station of a text file.
#include <fmt/format.h>
#include <hpct/region.h>
#include <hpct/workload.h>

#include <algorithm>
#include <exception>
#include <system_error>

#include "workloads/mapped_file.h"
#include "workloads/onebrc/brute_force.h"
#include "workloads/onebrc/cached_data.h"
#include "workloads/onebrc/rungs.h"
#include "workloads/onebrc/scan.h"

namespace hpct::onebrc {
namespace {

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

const Rung* rung_of(std::string_view name) {
  const auto all = rungs();
  return &*std::find_if(all.begin(), all.end(), [&](const Rung& rung) { return rung.name == name; });
}

class OneBillionRows final : public Workload {
 public:
  explicit OneBillionRows(const Settings& settings)
      : settings_(settings), single_(1), crew_(settings.threads) {}

  Expected<void> prepare(Progress& progress) override {
    return settings_.text("input").empty() ? prepare_generated(progress) : prepare_users_file(progress);
  }

  Expected<void> run(const Variant& variant) override {
    if (const auto scan = scan_of(variant.name)) return run_scan(*scan, crew_of(variant).team);
    auto tallies = aggregate_by(variant);
    if (!tallies) return tl::unexpected(tallies.error());
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted in a repetition");
    HPCT_REGION("output");
    tallies_ = std::move(*tallies);
    result_ = format_results(tallies_);
    return {};
  }

  Expected<Check> verify(const Variant& variant) override {
    if (scan_of(variant.name)) return verify_scan();
    auto message = first_difference(expected_, tallies_);
    if (message.empty() && result_ != format_results(expected_)) message = "the formatted result differs";
    return Check{.ok = message.empty(), .reference = reference_, .message = std::move(message)};
  }

  [[nodiscard]] DeclaredWork work(const Variant& variant) const override {
    Work work;
    const auto rows = scan_of(variant.name) ? scanned_rows_ : count_rows(tallies_);
    work.items = Quantity{static_cast<double>(rows), "rows", Provenance::counted};
    work.bytes_read = Quantity{static_cast<double>(state_.size), "file size", Provenance::modelled};
    work.bytes_written = Quantity{0, "the tables of the stations stay in the caches"};
    if (scan_of(variant.name)) return {.total = work, .regions = {{"scan", work}}};
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
    expected_ = std::move(cached->content.tallies);
    reference_ = "sums kept by the generator";
    return remember_state();
  }

  Expected<void> prepare_users_file(Progress& progress) {
    file_ = settings_.text("input");
    std::error_code unknown;
    if (std::filesystem::exists(file_, unknown) && !std::filesystem::is_regular_file(file_, unknown))
      return fail(ErrorCode::io, file_.string() + " is not a regular file", "name an ordinary file of rows");
    if (const auto known = remember_state(); !known) return known;
    auto tallies = brute_force(file_, progress);
    if (!tallies) return tl::unexpected(tallies.error());
    expected_ = std::move(*tallies);
    reference_ = "brute force, one line at a time";
    const auto now = file_state(file_);
    if (!now) return tl::unexpected(now.error());
    return expect_unchanged(*now, "while it was checked");
  }

  Expected<void> remember_state() {
    auto state = file_state(file_);
    if (!state) return tl::unexpected(state.error());
    state_ = *state;
    return {};
  }

  /// The result of reading a file that somebody writes to means nothing.
  Expected<void> expect_unchanged(const FileState& now, std::string_view when) const {
    if (now == state_) return {};
    const auto sizes =
        now.size == state_.size ? std::string() : fmt::format(" ({} bytes, now {})", state_.size, now.size);
    return has_changed(when, sizes);
  }

  [[nodiscard]] tl::unexpected<Error> has_changed(std::string_view when, std::string_view detail = {}) const {
    return fail(ErrorCode::io, fmt::format("{} has changed {}{}", file_.string(), when, detail),
                "run again when nothing writes to it");
  }

  Crew& crew_of(const Variant& variant) { return variant.parallel ? crew_ : single_; }

  Expected<Tallies> aggregate_by(const Variant& variant) try {
    return variant.name == "naive" ? read_unchanged([&] { return aggregate_naively(file_); })
                                   : aggregate_mapped_file(variant);
  } catch (const std::logic_error&) {  // of stod, which met something else than the number that was checked
    return has_changed(kWhileRead);
  }

  /// read(), with a file that is the one that was checked before it and after it.
  template <class Read>
  auto read_unchanged(Read read) -> decltype(read()) {
    const auto before = file_state(file_);
    if (!before) return tl::unexpected(before.error());
    if (auto same = expect_unchanged(*before, kSinceChecked); !same) return tl::unexpected(same.error());
    auto result = read();
    const auto after = file_state(file_);
    if (!after) return tl::unexpected(after.error());
    if (auto same = expect_unchanged(*after, kWhileRead); !same) return tl::unexpected(same.error());
    return result;
  }

  Expected<Tallies> aggregate_mapped_file(const Variant& variant) {
    const auto file = MappedFile::open(file_);
    if (!file) return tl::unexpected(file.error());
    // The rungs trust the lines because they were checked.
    if (auto same = expect_unchanged(file->state(), kSinceChecked); !same)
      return tl::unexpected(same.error());
    auto tallies = rung_of(variant.name)->aggregate(file->bytes(), crew_of(variant));
    if (auto same = expect_unchanged(file->state_now(), kWhileRead); !same)
      return tl::unexpected(same.error());
    return tallies;
  }

  Expected<void> run_scan(Scan scan, ThreadTeam& team) {
    const auto rows = read_unchanged([&] { return count_lines(file_, scan, team); });
    if (!rows) return tl::unexpected(rows.error());
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted in a repetition");
    scanned_rows_ = *rows;
    return {};
  }

  [[nodiscard]] Check verify_scan() const {
    const auto rows = count_rows(expected_);
    if (scanned_rows_ == rows) return {.ok = true, .reference = reference_, .message = {}};
    return {.ok = false,
            .reference = reference_,
            .message = fmt::format("{} lines, expected {}", scanned_rows_, rows)};
  }

  static constexpr std::string_view kSinceChecked = "since it was checked";
  static constexpr std::string_view kWhileRead = "while it was read";

  Settings settings_;
  Crew single_;
  Crew crew_;
  std::filesystem::path file_;
  FileState state_;  ///< when it was checked
  Tallies expected_;
  std::string reference_;
  Tallies tallies_;
  std::string result_;
  std::int64_t scanned_rows_ = 0;
};

std::vector<Parameter> parameters() {
  return {{.name = "rows",
           .default_value = std::int64_t{100'000'000},
           .summary = "rows to generate",
           .low = 1,
           .high = 1e9,
           .choices = {},
           .unless = "input"},
          {.name = "stations",
           .default_value = std::string("413"),
           .summary = "stations to generate: the challenge's 413, or 10,000 with names of 2 to 100 bytes",
           .low = {},
           .high = {},
           .choices = {"413", "10k"},
           .unless = "input"},
          {.name = "seed",
           .default_value = std::int64_t{1},
           .summary = "seed of the generator",
           .low = 0,
           .high = 0x1p53,
           .choices = {},
           .unless = "input"},
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
      {.name = "naive", .summary = "getline, stod and std::map", .isa = Isa::baseline, .parallel = false}};
  for (const auto& rung : rungs())
    all.push_back({.name = rung.name, .summary = rung.summary, .isa = rung.isa, .parallel = rung.parallel});
  for (const auto& [name, summary, scan] : kScans)
    all.push_back({.name = name, .summary = summary, .isa = Isa::baseline, .parallel = true, .aside = true});
  return all;
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  if (settings.threads < 1) return fail(ErrorCode::usage, "1brc needs at least one thread");
  try {
    return std::make_unique<OneBillionRows>(settings);
  } catch (const std::system_error& error) {
    return fail(ErrorCode::io, fmt::format("cannot start {} threads: {}", settings.threads, error.what()),
                "ask for fewer");
  }
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
