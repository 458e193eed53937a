// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <vector>

namespace hpct {

/// Wall times of the repetitions, each of one call, s.
std::vector<double> wall_seconds(const Run& run);

/// (90 % quantile - 10 % quantile) / median of the wall times, unit "%"; missing below six.
Value spread_of(const Run& run);

/// Part of their time the threads waited for a core, over all repetitions:
/// run delay / (wall time * threads), unit "%"; missing when the kernel does not count it.
Value waiting_share(const Run& run);

/// Switches that the kernel forced, per second and thread, over all repetitions; unit "1/s". Missing for
/// imported times.
Value forced_switches(const Run& run);

}  // namespace hpct
