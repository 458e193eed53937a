// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/balance.h"
#include "analyzer/finding.h"
#include "analyzer/metric.h"
#include "analyzer/repetitions.h"

namespace hpct::findings {
namespace {

struct Extremes {
  ThreadShare longest;
  ThreadShare shortest;
};

Extremes extremes_of(const Region& region) {
  const auto shorter = [](const auto& a, const auto& b) { return a.time_ns < b.time_ns; };
  const auto [low, high] = std::minmax_element(region.threads.begin(), region.threads.end(), shorter);
  return {*high, *low};
}

double wall_of(const Run& run) { return value_or_missing(run.values, "time.wall", "s").number.value_or(0); }

double imbalance_number(const Run& run) { return imbalance_of(run).number.value_or(1); }

/// A variant of the same work on as many threads that shares it out better and is faster for
/// it. One with the same instruction set is the better proof; then the faster one.
const Run* better_sibling(const Report& report, const Run& run) {
  const Run* best = nullptr;
  const auto preferred = [&](const Run& a, const Run& b) {
    if ((a.isa == run.isa) != (b.isa == run.isa)) return a.isa == run.isa;
    return wall_of(a) < wall_of(b);
  };
  for (const auto& other : report.runs) {
    const bool same_work = other.workload == run.workload && other.parameters == run.parameters &&
                           other.threads == run.threads && other.variant != run.variant &&
                           other.role == run.role;
    if (!same_work || imbalance_number(other) > imbalance_number(run) / 2 || wall_of(other) <= 0 ||
        wall_of(other) >= wall_of(run))
      continue;
    if (best == nullptr || preferred(other, *best)) best = &other;
  }
  return best;
}

std::string thread_claim(const Region& region) {
  const auto [longest, shortest] = extremes_of(region);
  if (shortest.time_ns <= 0)
    return fmt::format("in {} thread {} works and thread {} has nothing to do", region.path, longest.thread,
                       shortest.thread);
  return fmt::format("in {} thread {} works {:.1f}x as long as thread {}", region.path, longest.thread,
                     static_cast<double>(longest.time_ns) / static_cast<double>(shortest.time_ns),
                     shortest.thread);
}

std::string advice_of(const Report& report, const Run& run) {
  if (const auto* sibling = better_sibling(report, run))
    return fmt::format("Variant {} of this report shares the same work out evenly and is {:.2f}x as fast.",
                       sibling->variant, wall_of(run) / wall_of(*sibling));
  return "Hand the work out in smaller pieces, interleaved or on demand, so that no thread gets all the "
         "expensive ones.";
}

Value seconds(std::int64_t nanoseconds) {
  return Value::of(static_cast<double>(nanoseconds) * 1e-9, "s", Provenance::measured);
}

std::vector<Finding> check(const Report& report, const Run& run) {
  const double wall = wall_of(run);
  if (waited_for_cores(run)) return {};  // who finished late may have been kept from working
  const auto saving = largest_saving(run);
  if (saving.region == nullptr || wall <= 0 || saving.seconds < kWorthBalancing * wall) return {};
  const auto [longest, shortest] = extremes_of(*saving.region);
  auto finding = start_finding("imbalance", Severity::advice, run, saving.region);
  finding.bound = "imbalance";
  finding.gain = Value::of(wall / (wall - std::min(saving.seconds, wall * 0.99)), "1", Provenance::measured,
                           "time.wall / (time.wall - (slowest thread - mean))");
  finding.claim = fmt::format("{}; perfect balance would make the run {:.2f}x as fast",
                              thread_claim(*saving.region), *finding.gain.number);
  finding.evidence = {{fmt::format("thread {}", longest.thread), seconds(longest.time_ns)},
                      {fmt::format("thread {}", shortest.thread), seconds(shortest.time_ns)},
                      {"imbalance", imbalance_of(run, *saving.region)}};
  finding.advice = advice_of(report, run);
  return {finding};
}

}  // namespace

extern const FindingInfo imbalance;
const FindingInfo imbalance{"imbalance", "Some threads wait while others still work", check};

}  // namespace hpct::findings
