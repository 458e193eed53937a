// SPDX-License-Identifier: Apache-2.0
#include "collector/counter_source.h"

#include <algorithm>

#include "collector/runner.h"

namespace hpct {
namespace {

const CounterSourceInfo* source_named(std::string_view name) {
  for (const auto* info : all_counter_sources())
    if (info->name == name) return info;
  return nullptr;
}

/// One that delivers the counters of `info` where `info` cannot; null when there is none.
const CounterSourceInfo* stand_in_for(const CounterSourceInfo& info) {
  for (const auto* other : all_counter_sources())
    if (other->stands_in_for == info.name) return other;
  return nullptr;
}

bool wanted(const CounterSourceInfo& info, const CounterRequest& request) {
  if (info.always) return true;
  const auto counters = info.counters();
  return std::any_of(counters.begin(), counters.end(),
                     [&](const CounterInfo& counter) { return request.wants(counter.name); });
}

void add_missing(const CounterSourceInfo& info, const Availability& why, const CounterRequest& request,
                 CounterSet& set) {
  for (auto& reading : missing_readings(info, why))
    if (info.always || request.wants(reading.first)) set.missing.push_back(std::move(reading));
}

/// Opens `info`, or says why not.
Availability open_source(const CounterSourceInfo& info, const CounterRequest& request, CounterSet& set) {
  auto availability = delivers(info, request);
  if (!availability.usable) return availability;
  auto source = info.open(request);
  if (!source) return {false, MissingReason::not_found, source.error().message, source.error().hint};
  set.sources.push_back(std::move(*source));
  return availability;
}

}  // namespace

Availability delivers(const CounterSourceInfo& info, const CounterRequest& request) {
  auto availability = info.probe();
  if (availability.usable && request.multiplex && stand_in_for(info) != nullptr)
    return {false, MissingReason::not_found, "it does not tell for how long an event was counted",
            "leave out --multiplex to use it"};
  if (!availability.usable || info.stands_in_for.empty()) return availability;
  const auto* first = source_named(info.stands_in_for);
  if (first != nullptr && delivers(*first, request).usable)
    return {false, MissingReason::not_found,
            "not needed: " + std::string(first->name) + " delivers the same counters", ""};
  return availability;
}

Readings missing_readings(const CounterSourceInfo& info, const Availability& why) {
  Readings readings;
  for (auto& counter : info.counters())
    readings.emplace_back(std::move(counter.name),
                          Value::missing(std::move(counter.unit), why.reason, why.detail));
  return readings;
}

CounterSet open_counters(const CounterRequest& request) {
  CounterSet set;
  for (const auto* info : all_counter_sources()) {
    if (!wanted(*info, request) || !info->stands_in_for.empty()) continue;
    auto why = open_source(*info, request, set);
    // The stand-in speaks last: it is nearer to the kernel and knows better why nothing counts.
    if (const auto* other = stand_in_for(*info); !why.usable && other != nullptr)
      why = open_source(*other, request, set);
    if (!why.usable) add_missing(*info, why, request, set);
  }
  return set;
}

}  // namespace hpct
