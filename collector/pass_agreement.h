// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collector/repetition.h"

namespace hpct {

/// Counters of several passes belong together only if every pass ran the same thing. What speaks against it,
/// one sentence each: passes whose instructions or times differ by more than their repetitions do.
std::vector<std::string> pass_disagreements(const std::vector<Sample>& samples);

}  // namespace hpct
