// SPDX-License-Identifier: Apache-2.0
#include "collector/region_cost.h"

#include <hpct/region.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "collector/clock.h"
#include "collector/recorder.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

constexpr int kBatches = 200;
constexpr int kPairs = 1000;

double batch_ns() {
  const auto begin = clock::monotonic_ns();
  for (int i = 0; i < kPairs; ++i) {
    HPCT_REGION("hpct-prof's own cost");
  }
  return static_cast<double>(clock::monotonic_ns() - begin) / kPairs;
}

/// The median of many short batches: one that was disturbed does not count.
double measure_pair() {
  std::vector<double> batches;
  for (int i = 0; i < kBatches; ++i) {
    recorder::start();
    batches.push_back(batch_ns());
    recorder::stop();
    recorder::take();
  }
  return median(batches);
}

}  // namespace

RegionCost region_cost() {
  static std::map<Stamp, double> measured;
  const auto stamp = recorder::stamp();
  if (!measured.contains(stamp)) measured[stamp] = measure_pair();
  RegionCost cost{.pair_ns = measured[stamp], .clock = recorder::clock_text(), .drift = {}};
  const auto drift = clock::drift();
  if (drift && std::abs(*drift) > clock::kLargestDrift) cost.drift = drift;
  return cost;
}

Instrumentation instrumentation_of(const RegionSummary& regions, const RegionCost& cost,
                                   std::int64_t wall_ns) {
  std::map<int, std::int64_t> by_thread;
  Instrumentation result{
      .clock = cost.clock, .pair_ns = cost.pair_ns, .regions = 0, .share = 0, .drift = cost.drift};
  for (const auto& [path, totals] : regions) {
    result.regions += totals.calls;
    for (const auto& share : totals.threads) by_thread[share.thread] += share.calls;
  }
  std::int64_t busiest = 0;
  for (const auto& [thread, calls] : by_thread) busiest = std::max(busiest, calls);
  if (wall_ns > 0) result.share = static_cast<double>(busiest) * cost.pair_ns / static_cast<double>(wall_ns);
  return result;
}

}  // namespace hpct
