// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include "collector/sentinel.h"

namespace hpct {

/// From here on a repetition is not believed. A quiet machine loses far less to its own housekeeping.
inline constexpr double kDisturbedDelay = 0.005;  ///< share of the threads' time that they waited for a core
inline constexpr double kDisturbedProbe = 0.03;   ///< change of a probe across the repetition
inline constexpr double kDisturbedSteal = 0.005;  ///< share of the threads' time that the hypervisor took

/// Adds what the glances before and after a call of `wall_ns`, in which the measured threads used `cpu_ns`,
/// saw to what its counters said.
void add_glances(const Glance& before, const Glance& after, std::int64_t wall_ns, std::int64_t cpu_ns,
                 Disturbance& disturbance);

/// "disturbed": its threads waited for a core. "host-disturbed": none of them waited, but the clock or the
/// memory changed, the CPU was too hot, or the hypervisor ran somebody else. "quiet": none of these, as far
/// as could be seen. Empty: nothing was looked at.
std::string verdict_of(const Repetition& repetition, int threads);

}  // namespace hpct
