// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/progress.h>

#include <functional>
#include <vector>

#include "workloads/plateaus.h"

namespace hpct {

/// How closely to look at the memory levels.
struct SweepPlan {
  std::int64_t top = 0;    ///< largest set of one thread, bytes
  int per_octave = 4;      ///< sizes to every doubling
  int rounds = 5;          ///< samples of every size, not in a row
  double seconds = 0.005;  ///< of one sample
};

/// Loads the first `words` words of every thread's memory `passes` times and returns the seconds it took.
using TimedLoad = std::function<double(std::int64_t words, std::int64_t passes)>;

/// How fast each working set up to plan.top is loaded by `threads` threads. Every sample comes after a pass
/// over the whole set, and the rounds go over all sizes, so that a disturbance of some milliseconds
/// hits one sample of some sizes and not all samples of one. Stops early when interrupted.
std::vector<SweepPoint> sweep(const SweepPlan& plan, int threads, const TimedLoad& load, Progress& progress);

}  // namespace hpct
