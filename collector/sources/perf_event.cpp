// SPDX-License-Identifier: Apache-2.0
// The core's counters straight from the kernel, for machines whose CPU PAPI does not know or where it
// refuses.
#include "collector/hardware_counters.h"
#include "collector/kernel_pmu.h"
#include "collector/perf_events.h"

namespace hpct::sources {
namespace {

CountingPlan plan_for(const CounterRequest& request) {
  PerfEvents events;
  return plan_counting(events, event_maps_for(events), request);
}

/// Tried once: neither the machine nor its settings change while we run.
const CountingPlan& full_plan() {
  static const auto plan = plan_for({});
  return plan;
}

Availability probe() {
  auto found = availability_of(full_plan());
  if (found.usable) return found;
  return kernel_refusal().value_or(found);
}

Expected<std::unique_ptr<CounterSource>> open(const CounterRequest& request) {
  PerfEvents events;
  const bool everything = request.automatic && !request.multiplex;
  return std::make_unique<HardwareCounters>(events, everything ? full_plan() : plan_for(request));
}

}  // namespace

extern const CounterSourceInfo perf_event;
const CounterSourceInfo perf_event{"perf_event",
                                   "the core's own counters straight from the kernel, in place of papi",
                                   hardware_counters,
                                   probe,
                                   open,
                                   false,
                                   "papi"};

}  // namespace hpct::sources
