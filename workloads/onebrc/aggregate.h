// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string_view>

#include "workloads/kernels/onebrc/kernel.h"
#include "workloads/onebrc/slot_table.h"
#include "workloads/onebrc/tally.h"
#include "workloads/thread_team.h"

namespace hpct::onebrc {

/// Large enough that handing out a chunk costs nothing, small enough that the last ones balance.
inline constexpr std::size_t kChunkBytes = std::size_t{8} << 20;

/// Aggregates the lines of `text` (legal; the last newline may be missing) with every member of
/// the team, each into its own table; tables has one entry per member. Chunks of `chunk_bytes`
/// are handed out as members become free. Never reads outside `text`.
/// Opens the regions aggregate, aggregate/chunk and merge.
Tallies aggregate(const Kernel& kernel, std::string_view text, ThreadTeam& team,
                  std::deque<SlotTable>& tables, std::size_t chunk_bytes = kChunkBytes);

}  // namespace hpct::onebrc
