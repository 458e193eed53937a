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

/// What one pass counted, event by event.
struct PassCounts {
  const std::vector<NativeEvent>& events;
  const std::vector<EventCount>& counts;

  [[nodiscard]] const EventCount& of(const NativeEvent& event) const {
    return counts.at(place_of(event, events).value());
  }
};

tl::expected<Sum, EventRefusal> sum_of(const std::vector<NativeEvent>& events, const PassCounts& counts) {
  Sum sum;
  for (const auto& event : events) {
    const auto& seen = counts.of(event);
    if (seen.enabled_ns > 0 && seen.running_ns == 0)
      return tl::unexpected(
          EventRefusal{MissingReason::not_scheduled, event.name + " never got onto the hardware"});
    if (seen.count < 0)
      return tl::unexpected(EventRefusal{MissingReason::undefined,
                                         fmt::format("{} ran backwards: {}", event.name, seen.count)});
    const double share =
        seen.enabled_ns == 0
            ? 1
            : std::min(1.0, static_cast<double>(seen.running_ns) / static_cast<double>(seen.enabled_ns));
    sum.total += event.weight * static_cast<double>(seen.count) / share;
    sum.running_share = std::min(sum.running_share, share);
  }
  return sum;
}

/// No program runs without these.
bool is_never_zero(std::string_view name) {
  return name == "instructions" || name == "branches" || name.starts_with("cycles");
}

bool counts(const std::vector<NativeEvent>& pass, const PlannedMetric& metric) {
  const auto in_pass = [&](const NativeEvent& event) { return place_of(event, pass).has_value(); };
  return std::all_of(metric.events.events.begin(), metric.events.events.end(), in_pass) &&
         std::all_of(metric.events.per.begin(), metric.events.per.end(), in_pass);
}

/// "pass 2 of 3", or "every pass"
std::string pass_text(const CountingPlan& plan, const PlannedMetric& metric) {
  std::vector<std::size_t> passes;
  for (std::size_t pass = 0; pass < plan.passes.size(); ++pass)
    if (counts(plan.passes[pass], metric)) passes.push_back(pass + 1);
  if (passes.size() == plan.passes.size()) return "every pass";
  return fmt::format("pass {} of {}", fmt::join(passes, " and "), plan.passes.size());
}

std::string provenance_text(const CountingPlan& plan, const PlannedMetric& metric) {
  auto text = fmt::format("{}, {}", plan.backend, metric.origin);
  if (plan.passes.size() > 1) text += ", " + pass_text(plan, metric);
  if (!metric.events.note.empty()) text += "; " + metric.events.note;
  return text;
}

Value value_of(const CountingPlan& plan, const PlannedMetric& metric, const PassCounts& counts) {
  const auto sum = sum_of(metric.events.events, counts);
  if (!sum) return refused(metric, sum.error());
  const auto below = sum_of(metric.events.per, counts);
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
                  const tl::expected<std::vector<EventCount>, EventRefusal>& counted) {
  auto readings = plan.missing;
  for (const auto& metric : plan.metrics) {
    const auto value = [&] {
      if (!counts(plan.passes[pass], metric))
        return Value::missing(
            unit_of(metric), MissingReason::not_scheduled,
            fmt::format("counted in {}: needs that many repetitions", pass_text(plan, metric)));
      if (!counted) return refused(metric, counted.error());
      return value_of(plan, metric, {plan.passes[pass], *counted});
    };
    readings.emplace_back(std::string(metric.metric.name), value());
  }
  return readings;
}

}  // namespace hpct
