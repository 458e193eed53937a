// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hpct {

/// Runs a short program and returns what it printed, or nothing when it is not there or fails.
/// Its error output is dropped. For questions to git and the like, not for measured programs.
std::optional<std::string> output_of(const std::vector<std::string>& command);

}  // namespace hpct
