// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <hpct/timeline.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "collector/recorder.h"

namespace hpct {

/// What one repetition spent in one region path.
struct RegionTotals {
  std::vector<ThreadShare> threads;  ///< in thread order
  std::int64_t calls = 0;
  std::int64_t elapsed_ns = 0;  ///< the slowest thread's time: what a perfectly parallel clock shows
  std::int64_t total_ns = 0;    ///< sum over threads
  std::uint64_t work = 0;       ///< sum of the payloads
};

using RegionSummary = std::map<std::string, RegionTotals, std::less<>>;

/// Adds up records by path: the names from the outermost region inwards on the same thread. Records must
/// be in the recorder's order (by end). A region whose parent was dropped gets "?" in its parent's place.
RegionSummary summarize(const std::vector<ThreadRecords>& threads);

/// One track per thread and depth, each sorted by start and free of overlap; times are relative to
/// `origin` (clock::now() ticks).
Timeline timeline_of(const std::vector<ThreadRecords>& threads, std::uint64_t origin);

}  // namespace hpct
