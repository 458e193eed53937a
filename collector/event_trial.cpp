// SPDX-License-Identifier: Apache-2.0
#include "collector/event_trial.h"

#include <fmt/format.h>

#include "collector/calibration_work.h"

namespace hpct {
namespace {

/// Less than this part of what was executed for certain is no count of it.
constexpr double kFewest = 0.9;

using Counts = tl::expected<std::vector<EventCount>, EventRefusal>;

Counts count_work(EventBackend& backend, const std::vector<NativeEvent>& events) {
  auto group = backend.open(events, Sharing::together);
  if (!group) return tl::unexpected(group.error());
  (*group)->start();
  calibration_work();
  (*group)->stop();
  return (*group)->read();
}

/// The least that `metric` must read over the calibration work.
double least_count(const HardwareMetric& metric) {
  static const auto known = calibration_work();
  if (metric.name == "instructions") return kFewest * static_cast<double>(known.instructions);
  if (metric.name == "branches") return kFewest * static_cast<double>(known.branches);
  return 0;
}

}  // namespace

const EventTrial::Tried& EventTrial::tried(const NativeEvent& event) {
  const auto [at, is_new] = tried_.try_emplace(event.name + '|' + event.raw, EventCount{});
  if (is_new) {
    auto counts = count_work(backend_, {event});
    if (counts)
      at->second = counts->front();
    else
      at->second = tl::unexpected(counts.error());
  }
  return at->second;
}

tl::expected<double, EventRefusal> EventTrial::sum(const std::vector<NativeEvent>& events) {
  double total = 0;
  for (const auto& event : events) {
    const auto& seen = tried(event);
    if (!seen) return tl::unexpected(seen.error());
    if (seen->enabled_ns > 0 && seen->running_ns == 0)
      return tl::unexpected(EventRefusal{MissingReason::not_scheduled,
                                         event.name + " never got onto the hardware: somebody else uses it"});
    total += event.weight * static_cast<double>(seen->count);
  }
  return total;
}

std::optional<EventRefusal> EventTrial::refusal(const HardwareMetric& metric, const MetricEvents& events) {
  const auto counted = sum(events.events);
  if (!counted) return counted.error();
  const auto below = sum(events.per);
  if (!below) return below.error();
  const bool divides_by_nothing = !events.per.empty() && *below == 0;
  const bool counts = *counted > least_count(metric) && !divides_by_nothing;
  if (!metric.must_move || counts) return std::nullopt;
  return EventRefusal{MissingReason::counts_nothing,
                      fmt::format("{} was accepted and read {:g} over work that must move it",
                                  formula_of(events), divides_by_nothing ? 0 : *counted)};
}

std::optional<EventRefusal> EventTrial::refusal_together(const std::vector<NativeEvent>& events) {
  const auto counts = count_work(backend_, events);
  if (!counts) return counts.error();
  for (const auto& count : *counts)
    if (count.running_ns < count.enabled_ns)
      return EventRefusal{MissingReason::not_scheduled, "counted for part of the time only"};
  return std::nullopt;
}

}  // namespace hpct
