// SPDX-License-Identifier: Apache-2.0
#include "analyzer/finding.h"

#include <array>

namespace hpct {

std::string_view name_of(Severity severity) {
  constexpr std::array<std::string_view, 3> kNames{"info", "advice", "warning"};
  return kNames.at(static_cast<std::size_t>(severity));
}

}  // namespace hpct
