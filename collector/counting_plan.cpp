// SPDX-License-Identifier: Apache-2.0
#include "collector/counting_plan.h"

#include <algorithm>
#include <optional>

#include "collector/event_trial.h"

namespace hpct {
namespace {

constexpr std::string_view kAnchor = "instructions";

using Events = std::vector<NativeEvent>;

/// An event is the same whatever it is multiplied by.
bool same(const NativeEvent& a, const NativeEvent& b) { return a.name == b.name && a.raw == b.raw; }

/// Where `event` stands in `pass`, put there if it was not.
std::size_t place_in(Events& pass, const NativeEvent& event) {
  const auto at =
      std::find_if(pass.begin(), pass.end(), [&](const NativeEvent& other) { return same(other, event); });
  if (at != pass.end()) return static_cast<std::size_t>(at - pass.begin());
  pass.push_back(event);
  return pass.size() - 1;
}

Events with(Events pass, const MetricEvents& added) {
  for (const auto& event : added.events) place_in(pass, event);
  for (const auto& event : added.per) place_in(pass, event);
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
    std::optional<EventRefusal> first_refusal;
    for (const auto* map : maps_) {
      const auto at = map->metrics.find(metric.name);
      if (at == map->metrics.end()) continue;
      if (!at->second.missing.empty())
        return refuse(metric, {MissingReason::event_unknown, at->second.missing});
      auto refusal = trial_.refusal(metric, at->second);
      if (!refusal) return place({metric, at->second, map->core, 0, {}, {}});
      if (!first_refusal) first_refusal = std::move(refusal);
    }
    refuse(metric, first_refusal.value_or(EventRefusal{MissingReason::event_unknown,
                                                       "no event of this core is known to count it"}));
  }

  void refuse(const HardwareMetric& metric, const EventRefusal& why) {
    plan_.missing.emplace_back(std::string(metric.name),
                               Value::missing(std::string(metric.unit), why.reason, why.detail));
  }

  void place(PlannedMetric metric) {
    if (metric.metric.name == kAnchor) anchor_ = metric.events;
    for (std::size_t pass = 0; pass < plan_.passes.size(); ++pass)
      if (fits(with(plan_.passes[pass], metric.events))) return settle(std::move(metric), pass);
    for (const auto& start : {with({}, anchor_), Events{}})
      if (fits(with(start, metric.events))) {
        plan_.passes.push_back(start);
        return settle(std::move(metric), plan_.passes.size() - 1);
      }
    refuse(metric.metric, {MissingReason::conflict,
                           "more events than the hardware counts at once: " + formula_of(metric.events)});
  }

  bool fits(const Events& events) {
    return plan_.sharing == Sharing::in_turns || !trial_.refusal_together(events);
  }

  void settle(PlannedMetric metric, std::size_t pass) {
    auto& events = plan_.passes[pass];
    metric.pass = pass;
    for (const auto& event : metric.events.events) metric.places.push_back(place_in(events, event));
    for (const auto& event : metric.events.per) metric.per_places.push_back(place_in(events, event));
    plan_.metrics.push_back(std::move(metric));
  }

  EventTrial trial_;
  std::span<const EventMap* const> maps_;
  const CounterRequest& request_;
  CountingPlan plan_;
  MetricEvents anchor_;
};

}  // namespace

CountingPlan plan_counting(EventBackend& backend, std::span<const EventMap* const> maps,
                           const CounterRequest& request) {
  return Planner(backend, maps, request).plan();
}

}  // namespace hpct
