// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collector/repetition.h"

namespace hpct {

/// Adds the profile of all samples together to the run they became, and its call stacks as text. A run that
/// nobody wanted to sample stays as it is; one that could not be sampled gets a profile that says why.
void add_profile(const std::vector<Sample>& samples, MeasuredRun& result);

}  // namespace hpct
