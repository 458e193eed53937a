// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collector/repetition.h"
#include "collector/runner.h"

namespace hpct {

/// Turns the samples (one at least) of one variant into a Run: medians with intervals, declared work,
/// counters, and the regions and timeline of the sample whose wall time is nearest to the median.
MeasuredRun assemble_run(const WorkloadInfo& info, const Variant& variant, const Settings& settings,
                         const std::vector<Sample>& samples, const Readings& missing);

}  // namespace hpct
