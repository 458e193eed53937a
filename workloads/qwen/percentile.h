// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/value.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace hpct::qwen {

/// The smallest that at least `part` of the measured values do not exceed; missing without values.
inline Value percentile(std::vector<double> values, double part, const std::string& unit,
                        const std::string& what) {
  if (values.empty()) return Value::missing(unit, MissingReason::too_few, "nothing was measured: " + what);
  std::ranges::sort(values);
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(values.size())));
  return Value::of(values[std::max<std::size_t>(rank, 1) - 1], unit, Provenance::measured, what);
}

}  // namespace hpct::qwen
