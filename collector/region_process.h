// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collector/region_arena.h"

namespace hpct {

/// What the region library knows about its own process. Plain data: it exists before any constructor.
struct RegionProcess {
  RegionArena arena;
  bool wanted;                                  ///< the environment names an arena that is not mapped yet
  std::uint64_t (*clock)() noexcept = nullptr;  ///< read in place of the system's clock; null: nothing is
};

extern RegionProcess region_process;

/// The process's arena: the one that the environment names, else a private one; made at the first call.
/// Without memory it does not exist.
RegionArena& own_arena() noexcept;

/// This process records for itself, whatever its environment says. Call it before the first region.
void ignore_environment() noexcept;

/// The number of a site in the arena, given out at the first call; 0 without an arena.
std::uint32_t enroll(hpct_site& site) noexcept;

/// The thread's lane, made at the first call; null when there is none left.
Lane* lane_of_this_thread() noexcept;

}  // namespace hpct
