// SPDX-License-Identifier: Apache-2.0
#include "analyzer/counter_ratio.h"

#include <fmt/format.h>

namespace hpct {

Value counter_ratio(const MetricInput& input, std::string_view above, std::string_view below, double scale,
                    std::string_view unit) {
  const auto dividend = value_or_missing(input.values, above, "1");
  const auto divisor = value_or_missing(input.values, below, "1");
  const auto factor = scale == 1 ? std::string() : fmt::format("{:g} * ", scale);
  return derive(std::string(unit), fmt::format("{}{} / {}", factor, above, below), {&dividend, &divisor},
                [&] { return scale * *dividend.number / *divisor.number; });
}

Value misses_per_kilo_instruction(const MetricInput& input, std::string_view misses) {
  return counter_ratio(input, misses, "instructions", 1000);
}

}  // namespace hpct
