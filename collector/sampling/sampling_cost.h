// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "collector/sampling/perf_event.h"

namespace hpct {

/// Share of the CPU time that sampling may take.
inline constexpr double kHighestCostShare = 0.02;

/// How long a sample of `event` keeps a thread from its work: the median gap that samples tear into a loop
/// that does nothing but read the clock, over some 20 ms. 0 when it could not be measured.
std::int64_t measure_sample_cost_ns(const SamplingEvent& event);

/// The highest rate, up to the wanted one, whose samples stay within kHighestCostShare.
double affordable_rate(const SamplingOptions& options, std::int64_t sample_cost_ns);

}  // namespace hpct
