// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <string>
#include <vector>

namespace hpct {

/// Wall times of the repetitions, each of one call, s.
std::vector<double> wall_seconds(const Run& run);

/// (90 % quantile - 10 % quantile) / median of the wall times, unit "%"; missing below six.
Value spread_of(const Run& run);

/// Part of their time the threads waited for a core, over all repetitions:
/// run delay / (wall time * threads), unit "%"; missing when the kernel does not count it. How many threads a
/// program should have had nobody knows, so there it is run delay / (run delay + CPU time).
Value waiting_share(const Run& run);

/// Switches that the kernel forced, per second and thread, over all repetitions; unit "1/s". Missing for
/// imported times.
Value forced_switches(const Run& run);

/// How many repetitions were not believed, by why; none are counted that nobody judged.
struct DisturbedCount {
  int disturbed = 0;  ///< the threads waited for a core
  int host = 0;       ///< clock or memory changed, or the hypervisor ran somebody else
  int judged = 0;

  [[nodiscard]] int all() const { return disturbed + host; }
};
DisturbedCount disturbed_repetitions(const Run& run);

/// "3 of 12 repetitions disturbed (2 waited for a core; clock or memory changed in 1)", or nothing.
std::string disturbed_text(const Run& run);

/// Threads of a program with at least a tenth of the CPU time of its busiest; of a workload, its threads.
int busy_threads(const Run& run);

/// Did its threads wait for cores long enough to tell nothing of how they share their work?
bool waited_for_cores(const Run& run);

}  // namespace hpct
