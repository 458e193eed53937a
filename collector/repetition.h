// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "collector/recorder.h"
#include "collector/region_summary.h"
#include "collector/runner.h"

namespace hpct {

struct SampledStacks;

/// Everything one measured call left behind.
struct Sample {
  std::int64_t wall_ns = 0;
  std::int64_t cpu_ns = 0;
  Readings readings;
  std::uint64_t origin = 0;  ///< clock::now() at the start of the call
  std::vector<ThreadRecords> records;
  RegionSummary regions;
  DeclaredWork work;
  Check check;
  std::shared_ptr<const SampledStacks> sampled;  ///< null: not sampled
  std::optional<Value> not_sampled;              ///< wanted and impossible: a missing value with its reason
  std::vector<ThreadUsage> threads;              ///< of a program
};

/// Events that are still there to become a timeline.
std::size_t events_in(const Sample& sample);

/// Frees the events; the sums by region stay, and so does the count of what was dropped.
void forget_events(Sample& sample);

/// Runs `variant` once under the counters and verifies the result. A wrong result is an error,
/// so that its time cannot be used.
Expected<Sample> measure_once(Workload& workload, const Variant& variant, CounterSet& counters);

/// What the operating system's counters say disturbed the sample.
Disturbance disturbance_of(const Readings& readings);

}  // namespace hpct
