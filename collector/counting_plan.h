// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/counter_source.h"
#include "collector/event_backend.h"
#include "collector/hardware_metrics.h"

namespace hpct {

/// A metric that will be counted, in every pass that has all of its events.
struct PlannedMetric {
  HardwareMetric metric;
  MetricEvents events;
  std::string origin;  ///< the map that names the events: "intel_spr", "presets", "kernel"
};

/// Which events are counted together, in how many passes, and what cannot be counted and why.
struct CountingPlan {
  std::string backend;
  std::vector<std::vector<NativeEvent>> passes;
  std::vector<PlannedMetric> metrics;
  Readings missing;
  Sharing sharing = Sharing::together;
};

/// Chooses for every wanted metric the first of `maps` whose events are accepted, start, stop, and count
/// work of known size, and packs the metrics into as few passes as the hardware takes. Instructions are in
/// every pass where they fit: passes that disagree about them did not run the same thing.
CountingPlan plan_counting(EventBackend& backend, std::span<const EventMap* const> maps,
                           const CounterRequest& request);

/// Where `event` stands in the pass, whatever it is multiplied by; empty when it is not in it.
std::optional<std::size_t> place_of(const NativeEvent& event, const std::vector<NativeEvent>& pass);

/// The readings after a pass. Metrics of other passes are missing as not_scheduled.
Readings evaluate(const CountingPlan& plan, std::size_t pass,
                  const tl::expected<std::vector<EventCount>, EventRefusal>& counted);

}  // namespace hpct
