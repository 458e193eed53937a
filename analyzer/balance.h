// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

namespace hpct {

/// Less than this of the run's time is what an ordinary schedule loses anyway.
inline constexpr double kWorthBalancing = 0.05;

/// What perfect balance of one region among the run's threads would save.
struct BalanceSaving {
  const Region* region = nullptr;  ///< null: the whole run, all its regions together
  double seconds = 0;
};

/// (slowest - mean) / slowest over the threads; missing when fewer than two threads took part:
/// a part of the run that is serial is not imbalanced, it is serial.
Value imbalance_of(const Run& run, const Region& region);

/// Seconds that balancing all regions would save, over the run's wall time.
///
/// A region that waits for the other threads inside (a barrier) looks balanced from outside; then
/// its inner regions tell. They may be added up only when they fit one after the other into the
/// outer one: without a barrier one thread can be late in the first and early in the second.
Value imbalance_of(const Run& run);

/// The region where balance would save most, the innermost one that explains it.
BalanceSaving largest_saving(const Run& run);

}  // namespace hpct
