// SPDX-License-Identifier: Apache-2.0
#include "analyzer/trust.h"

#include <fmt/format.h>

namespace hpct {

std::string distrust(const Value& value) {
  if (!value.running_share || *value.running_share >= kFewestRunning) return {};
  return fmt::format("its counter was on for only {:.0f} % of the time", *value.running_share * 100);
}

}  // namespace hpct
