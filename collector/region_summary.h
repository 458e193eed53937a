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
  std::int64_t min_ns = 0;      ///< the shortest call
  std::int64_t max_ns = 0;      ///< the longest call
  std::vector<std::int64_t>
      histogram;     ///< calls by duration: [k] counts those below 2^k ns, not below 2^(k-1)
  std::string file;  ///< where the region stands in the source
  int line = 0;
};

using RegionSummary = std::map<std::string, RegionTotals, std::less<>>;

/// Adds up records by path: the names from the outermost region inwards on the same thread. Exact however
/// many records were dropped, as those come added up already. Records must be in the recorder's order (by
/// end). A region whose parent is nowhere gets "?" in its parent's place.
RegionSummary summarize(const Recording& recording);

/// One track per thread and depth, each sorted by start and free of overlap; times are relative to
/// `origin` (clock::now() ticks).
Timeline timeline_of(const Recording& recording, std::uint64_t origin);

}  // namespace hpct
