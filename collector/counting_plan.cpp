// SPDX-License-Identifier: Apache-2.0
#include "collector/counting_plan.h"

#include <algorithm>
#include <optional>

#include "collector/event_trial.h"

namespace hpct {
namespace {

constexpr std::string_view kAnchor = "instructions";

using Events = std::vector<NativeEvent>;

Events with(Events pass, const MetricEvents& added) {
  for (const auto* events : {&added.events, &added.per})
    for (const auto& event : *events)
      if (!place_of(event, pass)) pass.push_back(event);
  return pass;
}

class Planner {
 public:
  Planner(EventBackend& backend, std::span<const EventMap* const> maps, const CounterRequest& request)
      : trial_(backend), maps_(maps), request_(request) {
    plan_.backend = backend.name();
    plan_.sharing = request.multiplex ? Sharing::in_turns : Sharing::together;
  }

  CountingPlan plan() {
    for (const auto& metric : hardware_metrics())
      if (request_.wants(metric.name)) add(metric);
    return std::move(plan_);
  }

 private:
  /// The first map whose events for the metric work. A map that says why there are none has the last word.
  void add(const HardwareMetric& metric) {
    for (const auto& [name, value] : plan_.missing)
      if (name == metric.part_of && value.reason == MissingReason::counts_nothing)
        return refuse(metric, {value.reason, value.detail});
    std::optional<EventRefusal> first_refusal;
    for (const auto* map : maps_) {
      const auto at = map->metrics.find(metric.name);
      if (at == map->metrics.end()) continue;
      if (!at->second.missing.empty())
        return refuse(metric, {MissingReason::event_unknown, at->second.missing});
      auto refusal = trial_.refusal(metric, at->second);
      if (!refusal) return place({metric, at->second, map->core});
      if (!first_refusal) first_refusal = std::move(refusal);
    }
    if (metric.rare && !first_refusal) return;
    refuse(metric, first_refusal.value_or(EventRefusal{MissingReason::event_unknown,
                                                       "no event of this core is known to count it"}));
  }

  void refuse(const HardwareMetric& metric, const EventRefusal& why) {
    plan_.missing.emplace_back(std::string(metric.name),
                               Value::missing(std::string(metric.unit), why.reason, why.detail));
  }

  void place(PlannedMetric metric) {
    if (metric.metric.name == kAnchor) anchor_ = metric.events;
    if (!put_into_a_pass(metric.events) && !open_a_pass(metric.events))
      return refuse(metric.metric,
                    {MissingReason::conflict,
                     "more events than the hardware counts at once: " + formula_of(metric.events)});
    plan_.metrics.push_back(std::move(metric));
  }

  bool put_into_a_pass(const MetricEvents& added) {
    for (auto& pass : plan_.passes) {
      auto events = with(pass, added);
      if (events.size() > pass.size() && !fits(events)) continue;
      pass = std::move(events);
      return true;
    }
    return false;
  }

  bool open_a_pass(const MetricEvents& added) {
    for (const auto& start : {with({}, anchor_), Events{}}) {
      auto events = with(start, added);
      if (!fits(events)) continue;
      plan_.passes.push_back(std::move(events));
      return true;
    }
    return false;
  }

  bool fits(const Events& events) {
    return plan_.sharing == Sharing::in_turns || !trial_.refusal_together(events);
  }

  EventTrial trial_;
  std::span<const EventMap* const> maps_;
  const CounterRequest& request_;
  CountingPlan plan_;
  MetricEvents anchor_;
};

}  // namespace

std::optional<std::size_t> place_of(const NativeEvent& event, const std::vector<NativeEvent>& pass) {
  const auto at = std::find_if(pass.begin(), pass.end(), [&](const NativeEvent& other) {
    return other.name == event.name && other.raw == event.raw;
  });
  if (at == pass.end()) return std::nullopt;
  return static_cast<std::size_t>(at - pass.begin());
}

CountingPlan plan_counting(EventBackend& backend, std::span<const EventMap* const> maps,
                           const CounterRequest& request) {
  return Planner(backend, maps, request).plan();
}

}  // namespace hpct
