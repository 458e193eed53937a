// SPDX-License-Identifier: Apache-2.0
#include "collector/counter_source.h"

#include "collector/runner.h"

namespace hpct {

Readings missing_readings(const CounterSourceInfo& info, const Availability& why) {
  Readings readings;
  for (auto& counter : info.counters())
    readings.emplace_back(std::move(counter.name),
                          Value::missing(std::move(counter.unit), why.reason, why.detail));
  return readings;
}

CounterSet open_counters() {
  CounterSet set;
  for (const auto* info : all_counter_sources()) {
    auto availability = info->probe();
    if (availability.usable) {
      if (auto source = info->open()) {
        set.sources.push_back(std::move(*source));
        continue;
      } else {
        availability = {false, MissingReason::not_found, source.error().message, source.error().hint};
      }
    }
    for (auto& reading : missing_readings(*info, availability)) set.missing.push_back(std::move(reading));
  }
  return set;
}

}  // namespace hpct
