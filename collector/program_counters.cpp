// SPDX-License-Identifier: Apache-2.0
#include "collector/program_counters.h"

#include <algorithm>

#include "collector/hardware_counters.h"
#include "collector/kernel_pmu.h"
#include "collector/perf_events.h"

namespace hpct {
namespace {

/// Planned on ourselves: what works here works on our child.
CountingPlan plan_here(const CounterRequest& request) {
  PerfEvents events;
  auto plan = plan_counting(events, event_maps_for(events), request);
  const auto refusal = plan.metrics.empty() ? kernel_refusal() : std::nullopt;
  if (!refusal) return plan;
  for (auto& [name, value] : plan.missing)
    value = Value::missing(value.unit, refusal->reason, refusal->detail);
  return plan;
}

bool is_hardware(std::string_view name) {
  const auto metrics = hardware_metrics();
  return std::any_of(metrics.begin(), metrics.end(), [&](const auto& metric) { return metric.name == name; });
}

}  // namespace

ProgramCounters::ProgramCounters(const CounterRequest& request)
    : plan_(plan_here(request)), group_(tl::unexpected(EventRefusal{})) {}

int ProgramCounters::passes() const { return std::max(1, static_cast<int>(plan_.passes.size())); }

void ProgramCounters::attach(pid_t child, int pass) {
  pass_ = static_cast<std::size_t>(pass);
  if (pass_ >= plan_.passes.size()) return;
  PerfEvents events(child);
  group_ = events.open(plan_.passes[pass_], plan_.sharing);
}

Readings ProgramCounters::read() {
  if (group_) return evaluate(plan_, pass_, (*group_)->read());
  return evaluate(plan_, pass_, tl::unexpected(group_.error()));
}

CounterRequest without_hardware(const CounterRequest& request) {
  CounterRequest rest{.names = {}, .automatic = false, .multiplex = request.multiplex};
  for (const auto* source : all_counter_sources())
    for (const auto& counter : source->counters())
      if (request.wants(counter.name) && !is_hardware(counter.name)) rest.names.push_back(counter.name);
  return rest;
}

}  // namespace hpct
