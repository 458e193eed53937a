// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "collector/recorder.h"
#include "collector/region_cost.h"
#include "collector/region_summary.h"
#include "collector/runner.h"
#include "collector/sentinel.h"

namespace hpct {

struct SampledStacks;

/// Everything one measured call left behind.
struct Sample {
  std::int64_t wall_ns = 0;
  std::int64_t cpu_ns = 0;
  Readings readings;
  int pass = 0;              ///< which part of the counters was counted
  Glance before;  ///< of the machine, right before and after the call
  Glance after;
  std::uint64_t origin = 0;  ///< clock::now() at the start of the call
  Recording recording;
  RegionSummary regions;
  RegionCost region_cost;             ///< empty without regions
  std::vector<std::string> warnings;  ///< what the user should know about this execution
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

/// Repetitions over which the counters are spread: the most that a source needs.
int passes_of(const CounterSet& counters);

/// Every source counts its own part: a source with fewer passes than `pass` starts again.
void choose_pass(CounterSet& counters, int pass);
/// Forgets the events (not the times) of the least typical samples when all together are more than `most`.
void limit_events(std::vector<Sample>& samples, std::size_t most);

/// Runs `variant` once under the counters and verifies the result. A wrong result is an error,
/// so that its time cannot be used. `pass`: which part of the counters has its turn. `sentinel` looks at the
/// machine before and after, as `plan` says.
Expected<Sample> measure_once(Workload& workload, const Variant& variant, CounterSet& counters, int pass,
                              Sentinel& sentinel, const GlancePlan& plan);

/// A repetition in which a counter was not scheduled (another pass had its turn) says nothing about it.
bool says_nothing(const Value& value);

/// What the operating system's counters say disturbed the sample.
Disturbance disturbance_of(const Readings& readings);

}  // namespace hpct
