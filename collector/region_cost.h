// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <cstdint>
#include <optional>
#include <string>

#include "collector/region_summary.h"

namespace hpct {

/// What recording a region takes here and now.
struct RegionCost {
  double pair_ns = 0;  ///< begin and end of one region; 0: not measured
  std::string clock;   ///< recorder::clock_text()
  std::optional<double> drift;
};

/// Measures it on the calling thread, some milliseconds the first time for each way of reading the clock.
/// Call it while nothing is recorded.
RegionCost region_cost();

/// What the regions of one repetition cost it.
Instrumentation instrumentation_of(const RegionSummary& regions, const RegionCost& cost,
                                   std::int64_t wall_ns);

}  // namespace hpct
