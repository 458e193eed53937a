// SPDX-License-Identifier: Apache-2.0
// The machine's own limits: load bandwidth per memory level and multiply-add rate, per instruction
// set, on one and on all threads. Each variant is one limit; collector/ceilings turns its runs into
// roofs.
#include <fmt/format.h>
#include <hpct/workload.h>

#include <algorithm>
#include <cmath>

#include "collector/clock.h"
#include "workloads/ceiling_limits.h"
#include "workloads/thread_team.h"
#include "workloads/word_buffer.h"

namespace hpct {
namespace {

/// A DRAM range is loaded in blocks, so that a repetition can end anywhere in the buffer.
constexpr std::int64_t kBlockWords = (1 << 20) / 8;

/// Length of one repetition. The shared L3 gets more, because its set comes back from memory first
/// when something else ran between two repetitions.
double target_seconds(const Limit& limit) { return limit.id == "l3.load" ? 0.020 : 0.008; }

/// A limit and how much work one repetition does, fixed in prepare().
struct Measurement {
  Limit limit;
  std::int64_t units = 1;  ///< per thread: passes over the set, blocks of DRAM, or chunks of steps
};

/// One thread's buffer and its result, on a cache line of its own.
struct alignas(64) Member {
  WordBuffer buffer;           ///< word i holds i
  std::int64_t cursor = 0;     ///< the next block of the DRAM range
  std::uint64_t loaded = 0;    ///< sum of the words loaded by the last run, modulo 2^64
  std::uint64_t expected = 0;  ///< what that sum must be
  double computed = 0;
};

/// 0 + 1 + .. + (count - 1)
constexpr std::uint64_t sum_below(std::int64_t count) {
  const auto n = static_cast<std::uint64_t>(count);
  return n / 2 * (n - 1) + n % 2 * ((n - 1) / 2);
}

class Ceilings final : public Workload {
 public:
  Ceilings(std::vector<Limit> limits, int threads, std::optional<std::int64_t> available)
      : threads_(threads), available_(available) {
    for (auto& limit : limits) measurements_.push_back({std::move(limit)});
  }

  Expected<void> prepare(Progress& progress) override;
  Expected<void> run(const Variant& variant) override;
  Expected<Check> verify(const Variant& variant) override;
  [[nodiscard]] DeclaredWork work(const Variant& variant) const override;

 private:
  [[nodiscard]] const Measurement* find(std::string_view name) const;
  [[nodiscard]] std::int64_t buffer_bytes(int member) const;
  Expected<void> check_memory() const;
  Expected<void> fill_buffers();
  void calibrate(Measurement& measurement);
  void measure(const Measurement& measurement);
  void measure_part(const Measurement& measurement, Member& member) const;
  static void load_blocks(const Measurement& measurement, Member& member);

  int threads_;
  std::optional<std::int64_t> available_;
  std::vector<Measurement> measurements_;
  std::unique_ptr<ThreadTeam> team_;
  std::vector<Member> members_;
};

const Measurement* Ceilings::find(std::string_view name) const {
  const auto found = std::find_if(measurements_.begin(), measurements_.end(),
                                  [&](const Measurement& known) { return known.limit.name() == name; });
  return found == measurements_.end() ? nullptr : &*found;
}

/// The largest set that this member reads in any limit.
std::int64_t Ceilings::buffer_bytes(int member) const {
  std::int64_t bytes = 0;
  for (const auto& [limit, units] : measurements_)
    if (member < limit.threads) bytes = std::max(bytes, limit.set_bytes);
  return bytes;
}

Expected<void> Ceilings::check_memory() const {
  std::int64_t needed = 0;
  for (int member = 0; member < threads_; ++member) needed += buffer_bytes(member);
  if (!available_ || needed <= *available_ / 2) return {};
  return fail(ErrorCode::not_supported,
              fmt::format("measuring DRAM needs {} MiB, more than half of the {} MiB that are free",
                          needed >> 20, *available_ >> 20),
              "set quick=1, use fewer threads, or free some memory");
}

/// Each thread writes its buffer first and so gets it in the memory nearest to it.
Expected<void> Ceilings::fill_buffers() {
  for (int member = 0; member < threads_; ++member) {
    members_.emplace_back().buffer = WordBuffer::of_bytes(buffer_bytes(member));
    if (members_.back().buffer.empty())
      return fail(ErrorCode::io, "the system has no memory for the DRAM measurement", "set quick=1");
  }
  team_->run([this](int member) {
    std::uint64_t next = 0;
    for (auto& word : members_[static_cast<std::size_t>(member)].buffer.words()) word = next++;
  });
  return {};
}

Expected<void> Ceilings::prepare(Progress& progress) {
  if (auto enough = check_memory(); !enough) return enough;
  auto team = make_thread_team(threads_);
  if (!team) return tl::unexpected(team.error());
  team_ = std::move(*team);
  members_.reserve(static_cast<std::size_t>(threads_));
  if (auto filled = fill_buffers(); !filled) return filled;
  double done = 0;
  for (auto& measurement : measurements_) {
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted");
    if (cpu_supports(measurement.limit.isa())) calibrate(measurement);
    progress.update("calibrating limits", ++done, static_cast<double>(measurements_.size()));
  }
  return {};
}

/// Finds the units that take the target time: doubles them up to a tenth of it, then takes the
/// fastest of three, so that a disturbance only ever makes a repetition longer.
void Ceilings::calibrate(Measurement& measurement) {
  const auto seconds = [&] {
    const auto begin = clock::monotonic_ns();
    measure(measurement);
    return static_cast<double>(clock::monotonic_ns() - begin) * 1e-9;
  };
  const double target = target_seconds(measurement.limit);
  while (seconds() < target / 10) measurement.units *= 2;
  const double fastest = std::min({seconds(), seconds(), seconds()});
  const double factor = target / fastest;
  measurement.units =
      std::max<std::int64_t>(1, std::llround(std::ceil(factor * static_cast<double>(measurement.units))));
}

void Ceilings::measure(const Measurement& measurement) {
  if (measurement.limit.threads == 1) return measure_part(measurement, members_[0]);
  team_->run([&](int member) { measure_part(measurement, members_[static_cast<std::size_t>(member)]); });
}

void Ceilings::measure_part(const Measurement& measurement, Member& member) const {
  const auto& [limit, units] = measurement;
  const auto amount = static_cast<std::uint64_t>(units);
  const auto words = limit.set_bytes / 8;
  switch (limit.kind) {
    case Limit::Kind::cache_load:
      member.loaded =
          limit.kernel->load(member.buffer.words().data(), static_cast<std::uint64_t>(words), amount);
      member.expected = sum_below(words);
      return;
    case Limit::Kind::dram_load:
      load_blocks(measurement, member);
      return;
    case Limit::Kind::fma_fp32:
      member.computed = limit.kernel->fma_fp32(amount, 1, 1);
      return;
    case Limit::Kind::fma_fp64:
      member.computed = limit.kernel->fma_fp64(amount, 1, 1);
      return;
  }
}

/// The next blocks of the buffer, round and round: what was loaded last comes back last.
void Ceilings::load_blocks(const Measurement& measurement, Member& member) {
  const std::int64_t blocks = measurement.limit.set_bytes / 8 / kBlockWords;
  const auto* const words = member.buffer.words().data();
  member.loaded = 0;
  member.expected = 0;
  for (std::int64_t left = measurement.units; left > 0;) {
    if (member.cursor >= blocks) member.cursor = 0;
    const std::int64_t count = std::min(left, blocks - member.cursor);
    const std::int64_t first = member.cursor * kBlockWords;
    const std::int64_t length = count * kBlockWords;
    member.loaded += measurement.limit.kernel->load(words + first, static_cast<std::uint64_t>(length), 1);
    member.expected += sum_below(first + length) - sum_below(first);
    member.cursor += count;
    left -= count;
  }
}

Expected<void> Ceilings::run(const Variant& variant) {
  const auto* const measurement = find(variant.name);
  if (measurement == nullptr)
    return fail(ErrorCode::usage, fmt::format("no limit is called \"{}\"", variant.name));
  measure(*measurement);
  return {};
}

Expected<Check> Ceilings::verify(const Variant& variant) {
  const auto* const measurement = find(variant.name);
  if (measurement == nullptr)
    return fail(ErrorCode::usage, fmt::format("no limit is called \"{}\"", variant.name));
  const auto& [limit, units] = *measurement;
  Check check{.ok = true, .reference = "closed form of the sum", .message = {}};
  for (int i = 0; i < limit.threads && check.ok; ++i) {
    auto& member = members_[static_cast<std::size_t>(i)];
    const bool fp32 = limit.kind == Limit::Kind::fma_fp32;
    const int lanes = fp32 ? limit.kernel->fp32_lanes : limit.kernel->fp64_lanes;
    check.ok = limit.set_bytes > 0
                   ? member.loaded == member.expected
                   : member.computed == fma_checksum(static_cast<std::uint64_t>(units), lanes);
    if (!check.ok) check.message = fmt::format("thread {} got another sum", i);
  }
  return check;
}

Quantity counted(double amount, std::string formula) {
  return {amount, std::move(formula), Provenance::counted};
}

DeclaredWork Ceilings::work(const Variant& variant) const {
  const auto* const measurement = find(variant.name);
  if (measurement == nullptr) return {};
  const auto& [limit, units] = *measurement;
  Work all;
  const double amount = static_cast<double>(units) * limit.threads;
  if (limit.set_bytes > 0) {
    const bool dram = limit.kind == Limit::Kind::dram_load;
    const double bytes = dram ? 8.0 * kBlockWords : static_cast<double>(limit.set_bytes);
    all.bytes_read = counted(bytes * amount, fmt::format("{} B * {} {} * {} threads", bytes, units,
                                                         dram ? "blocks" : "passes", limit.threads));
    return {.total = all, .regions = {}};
  }
  const int lanes = limit.kind == Limit::Kind::fma_fp32 ? limit.kernel->fp32_lanes : limit.kernel->fp64_lanes;
  all.flops = counted(2.0 * lanes * kFmaChains * kFmaSteps * amount,
                      fmt::format("2 flop * {} lanes * {} chains * {} steps * {} threads", lanes, kFmaChains,
                                  units * kFmaSteps, limit.threads));
  return {.total = all, .regions = {}};
}

std::vector<Limit> limits_for(const Settings& settings) {
  return list_limits(read_memory_facts(), settings.threads, settings.integer("quick") != 0);
}

std::string summarise(const Limit& limit) {
  const char* const threads = limit.threads == 1 ? "thread" : "threads";
  if (limit.set_bytes == 0)
    return fmt::format("multiply-add rate, {} independent chains, {} {}", kFmaChains, limit.threads, threads);
  return fmt::format("loads from {} KiB per thread, {} {}", limit.set_bytes >> 10, limit.threads, threads);
}

std::vector<Variant> list_variants(const Settings& settings) {
  std::vector<Variant> variants;
  for (const auto& limit : limits_for(settings))
    variants.push_back({limit.name(), summarise(limit), limit.isa(), limit.threads > 1});
  return variants;
}

std::vector<Parameter> list_parameters() {
  return {
      {"quick", std::int64_t{0}, "1: memory with the widest instructions only, smaller DRAM set", 0, 1, {}}};
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  return std::make_unique<Ceilings>(limits_for(settings), settings.threads, read_memory_facts().available);
}

}  // namespace

namespace workloads {

extern const WorkloadInfo ceilings;
const WorkloadInfo ceilings{.name = "ceilings",
                            .summary = "The machine's limits: load bandwidth per level, multiply-add rate",
                            .role = "ceiling",
                            .item = "item",
                            .parameters = list_parameters,
                            .variants = list_variants,
                            .make = make,
                            .small = "quick=1"};

}  // namespace workloads
}  // namespace hpct
