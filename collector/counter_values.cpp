// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "collector/counting_plan.h"

namespace hpct {
namespace {

/// A sum of scaled counts, and the smallest part of the time that any of them was counted.
struct Sum {
  double total = 0;
  double running_share = 1;
};

std::string unit_of(const PlannedMetric& metric) { return std::string(metric.metric.unit); }

Value refused(const PlannedMetric& metric, const EventRefusal& why) {
  return Value::missing(unit_of(metric), why.reason, why.detail);
}

tl::expected<Sum, EventRefusal> sum_of(const std::vector<NativeEvent>& events,
                                       const std::vector<std::size_t>& places,
                                       const std::vector<EventCount>& counts) {
  Sum sum;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto& seen = counts.at(places[i]);
    if (seen.enabled_ns > 0 && seen.running_ns == 0)
      return tl::unexpected(
          EventRefusal{MissingReason::not_scheduled, events[i].name + " never got onto the hardware"});
    if (seen.count < 0)
      return tl::unexpected(EventRefusal{MissingReason::undefined,
                                         fmt::format("{} ran backwards: {}", events[i].name, seen.count)});
    const double share =
        seen.enabled_ns == 0
            ? 1
            : std::min(1.0, static_cast<double>(seen.running_ns) / static_cast<double>(seen.enabled_ns));
    sum.total += events[i].weight * static_cast<double>(seen.count) / share;
    sum.running_share = std::min(sum.running_share, share);
  }
  return sum;
}

/// No program runs without these.
bool is_never_zero(std::string_view name) {
  return name == "instructions" || name == "branches" || name.starts_with("cycles");
}

std::string provenance_text(const CountingPlan& plan, const PlannedMetric& metric) {
  auto text = fmt::format("{}, {}", plan.backend, metric.origin);
  if (plan.passes.size() > 1) text += fmt::format(", pass {} of {}", metric.pass + 1, plan.passes.size());
  if (!metric.events.note.empty()) text += "; " + metric.events.note;
  return text;
}

Value value_of(const CountingPlan& plan, const PlannedMetric& metric, const std::vector<EventCount>& counts) {
  const auto sum = sum_of(metric.events.events, metric.places, counts);
  if (!sum) return refused(metric, sum.error());
  const auto below = sum_of(metric.events.per, metric.per_places, counts);
  if (!below) return refused(metric, below.error());
  const double number = metric.events.scale * sum->total / (metric.events.per.empty() ? 1 : below->total);
  const auto formula = formula_of(metric.events);
  if (number < 0)
    return Value::missing(
        unit_of(metric), MissingReason::undefined,
        fmt::format("{} is negative ({:g}): its events do not belong together", formula, number));
  if (number == 0 && is_never_zero(metric.metric.name))
    return Value::missing(unit_of(metric), MissingReason::counts_nothing,
                          formula + " was accepted and read 0");
  const double share = std::min(sum->running_share, below->running_share);
  auto value =
      Value::of(number, unit_of(metric), share < 1 ? Provenance::scaled : Provenance::measured, formula);
  if (!value.known()) return value;
  if (share < 1) value.running_share = share;
  value.detail = provenance_text(plan, metric);
  return value;
}

}  // namespace

Readings evaluate(const CountingPlan& plan, std::size_t pass,
                  const tl::expected<std::vector<EventCount>, EventRefusal>& counts) {
  auto readings = plan.missing;
  for (const auto& metric : plan.metrics) {
    auto value = metric.pass != pass
                     ? Value::missing(unit_of(metric), MissingReason::not_scheduled,
                                      fmt::format("counted in pass {} of {}: repeat at least {} times",
                                                  metric.pass + 1, plan.passes.size(), plan.passes.size()))
                     : (counts ? value_of(plan, metric, *counts) : refused(metric, counts.error()));
    readings.emplace_back(std::string(metric.metric.name), std::move(value));
  }
  return readings;
}

}  // namespace hpct
