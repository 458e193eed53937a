// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "analyzer/metric.h"

namespace hpct {

/// scale * `above` / `below`, both counters of the same run or region.
Value counter_ratio(const MetricInput& input, std::string_view above, std::string_view below,
                    double scale = 1, std::string_view unit = "1");

/// Misses per thousand instructions.
Value misses_per_kilo_instruction(const MetricInput& input, std::string_view misses);

}  // namespace hpct
