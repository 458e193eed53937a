// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collector/event_backend.h"
#include "collector/hardware_metrics.h"

namespace hpct {

/// Tries events on the calibration work. Only opening, starting and stopping prove that an event is
/// accepted, and only a count that moves proves that it counts: names resolve, and hypervisors
/// accept, events that then read 0.
class EventTrial {
 public:
  explicit EventTrial(EventBackend& backend) : backend_(backend) {}

  /// Why the metric cannot be counted by these events, each tried for itself.
  std::optional<EventRefusal> refusal(const HardwareMetric& metric, const MetricEvents& events);

  /// Can they be counted at the same time, all of the time?
  std::optional<EventRefusal> refusal_together(const std::vector<NativeEvent>& events);

 private:
  using Tried = tl::expected<EventCount, EventRefusal>;

  const Tried& tried(const NativeEvent& event);
  tl::expected<double, EventRefusal> sum(const std::vector<NativeEvent>& events);

  EventBackend& backend_;
  std::map<std::string, Tried> tried_;
};

}  // namespace hpct
