// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "collector/counter_source.h"

namespace hpct {

/// A counter of the report that a core's own performance-monitoring unit delivers.
struct HardwareMetric {
  std::string_view name;
  std::string_view unit;
  std::string_view summary;
  /// Reads more than 0 on the calibration work, on every core that has such an event.
  bool must_move;
  bool rare = false;  ///< says nothing where the map of the core has no word on it
  /// A share of the same whole as this one: where that one counts nothing, neither does this, whatever it
  /// reads.
  std::string_view part_of = {};
};

/// All of them, the most wanted first: with too few counters these share a pass with the time.
std::span<const HardwareMetric> hardware_metrics();

/// The same for the registry.
std::vector<CounterInfo> hardware_counters();

}  // namespace hpct
