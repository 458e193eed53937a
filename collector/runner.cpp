// SPDX-License-Identifier: Apache-2.0
#include "collector/runner.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <random>
#include <utility>

#include "collector/clock.h"
#include "collector/repetition.h"
#include "collector/run_assembly.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

constexpr double kSecondsPerNs = 1e-9;

/// A first run longer than this is not thrown away as warm-up: there is little to warm up in it.
constexpr double kLongestWarmup = 1.0;

/// A repetition may take this many budgets before the wished-for minimum is given up.
constexpr double kPatience = 3;

/// One variant on its way through the measurement.
struct Series {
  const Variant* variant = nullptr;
  std::vector<Sample> samples;
  double spent_s = 0;  ///< on everything: warm-up, repetitions, verification
  double last_s = 0;   ///< the latest run, warm-up included
  bool warm = false;
  bool done = false;
};

std::vector<double> wall_seconds(const Series& series) {
  std::vector<double> seconds;
  for (const auto& sample : series.samples)
    seconds.push_back(static_cast<double>(sample.wall_ns) * kSecondsPerNs);
  return seconds;
}

/// Half width of the median's interval over the median; empty while it is unknown.
std::optional<double> relative_spread(const std::vector<double>& seconds) {
  const auto interval = median_interval(seconds);
  if (!interval) return std::nullopt;
  const double middle = median(seconds);
  return middle > 0 ? (interval->high - interval->low) / 2 / middle : 0;
}

/// Every pass wants the minimum for itself, unless the user said how many there are to be at most.
int fewest_repetitions(const RunnerOptions& options, int passes) {
  return std::min(options.min_repetitions * passes,
                  std::max(options.min_repetitions, options.max_repetitions));
}

bool known_well_enough(const Series& series, const RunnerOptions& options, int passes) {
  const auto count = static_cast<int>(series.samples.size());
  if (count >= options.max_repetitions) return true;
  if (count < fewest_repetitions(options, passes))
    return !options.insist_on_minimum && series.spent_s >= kPatience * options.budget_s;
  if (series.spent_s >= options.budget_s) return true;
  const auto spread = relative_spread(wall_seconds(series));
  return spread && *spread <= options.precision;
}

RunnerStatus status_of(const Series& series, double elapsed_s) {
  const auto seconds = wall_seconds(series);
  return {.variant = series.variant->name,
          .repetition = static_cast<int>(seconds.size()),
          .median_s = median(seconds),
          .spread = relative_spread(seconds).value_or(0),
          .elapsed_s = elapsed_s};
}

/// One more repetition of one variant; the first is a warm-up unless it was long.
Expected<void> advance(Series& series, Workload& workload, CounterSet& counters, Sentinel& sentinel,
                       const RunnerOptions& options) {
  const auto begin_ns = clock::monotonic_ns();
  const int passes = passes_of(counters);
  const auto pass = static_cast<int>(series.samples.size()) % passes;
  auto sample = measure_once(workload, *series.variant, counters, pass, sentinel, glance_plan(series.last_s));
  series.spent_s += static_cast<double>(clock::monotonic_ns() - begin_ns) * kSecondsPerNs;
  if (!sample) return tl::unexpected(sample.error());
  const double seconds = static_cast<double>(sample->wall_ns) * kSecondsPerNs;
  series.last_s = seconds;
  const bool warmup = !std::exchange(series.warm, true) && seconds < kLongestWarmup;
  if (warmup) return {};
  if (!options.timeline) forget_events(*sample);
  series.samples.push_back(std::move(*sample));
  limit_events(series.samples, kMostKeptRecords);
  series.done = known_well_enough(series, options, passes);
  return {};
}

/// One round: every unfinished variant once, in random order.
Expected<void> run_round(std::vector<Series>& all, std::mt19937_64& random, Workload& workload,
                         CounterSet& counters, Sentinel& sentinel, const RunnerOptions& options,
                         RunnerObserver& observer, std::int64_t begin_ns) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  for (const auto index : order) {
    auto& series = all[index];
    if (series.done) continue;
    if (interrupt_requested()) return interrupted_too_early();
    if (auto advanced = advance(series, workload, counters, sentinel, options); !advanced) return advanced;
    if (!series.samples.empty())
      observer.measured(
          status_of(series, static_cast<double>(clock::monotonic_ns() - begin_ns) * kSecondsPerNs));
  }
  return {};
}

}  // namespace

tl::unexpected<Error> interrupted_too_early() {
  return fail(ErrorCode::interrupted, "interrupted before a repetition was complete");
}

Expected<std::vector<MeasuredRun>> measure(const WorkloadInfo& info, Workload& workload,
                                           const std::vector<Variant>& variants, const Settings& settings,
                                           CounterSet& counters, const RunnerOptions& options,
                                           RunnerObserver& observer) {
  recorder::set_capacity(options.timeline_records);
  recorder::set_fenced(options.fenced);
  clock::calibrate();
  std::vector<Series> all;
  for (const auto& variant : variants) all.push_back({.variant = &variant, .samples = {}});
  std::mt19937_64 random(options.seed);
  Sentinel sentinel;
  const auto begin_ns = clock::monotonic_ns();
  while (!std::all_of(all.begin(), all.end(), [](const Series& series) { return series.done; })) {
    auto round = run_round(all, random, workload, counters, sentinel, options, observer, begin_ns);
    if (round) continue;
    if (round.error().code != ErrorCode::interrupted) return tl::unexpected(round.error());
    // What is complete was paid for in time.
    std::erase_if(all, [](const Series& series) { return series.samples.empty(); });
    if (all.empty()) return tl::unexpected(round.error());
    break;
  }
  std::vector<MeasuredRun> runs;
  for (const auto& series : all)
    runs.push_back(assemble_run(info, *series.variant, settings, series.samples, counters.missing));
  return runs;
}

}  // namespace hpct
