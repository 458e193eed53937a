// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collector/region_arena.h"

// A full buffer ends the timeline, not the sums: what found no room is added up by path, on the thread's own
// pages. This is the whole cost of a region from then on, so its usual path is inline and short.
namespace hpct {

/// Prepares the sums; false when there is no memory for them.
bool start_sums(Lane& lane, double ns_per_tick) noexcept;

/// The node of the open region at `depth`, found or made.
std::uint32_t find_node(Lane& lane, std::uint32_t depth) noexcept;

/// The same, usually without a call: it is the child that its parent had last.
inline std::uint32_t node_of(Lane& lane, std::uint32_t depth) noexcept {
  if (depth < HPCT_DEEPEST) {
    const auto open = lane.open[depth];
    if (const auto known = static_cast<std::uint32_t>(open >> 32); known != 0) return known;
    const auto parent = depth == 0 ? kRootNode : static_cast<std::uint32_t>(lane.open[depth - 1] >> 32);
    const auto child = lane.nodes[parent].first_child;
    if ((parent != 0 || depth == 0) && child != 0 &&
        lane.nodes[child].site == static_cast<std::uint32_t>(open))
      return child;
  }
  return find_node(lane, depth);
}

inline std::uint64_t scaled(std::uint64_t ticks, std::uint64_t scale) noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(ticks) * scale) >> 32);
}

/// Adds a region that found no room to the sums of its path. After start_sums().
inline void add_dropped(Lane& lane, std::uint32_t depth, std::uint64_t ticks, std::uint64_t work) noexcept {
  if (static_cast<std::int64_t>(ticks) < 0) ticks = 0;  // the clock stepped back
  auto& node = lane.nodes[node_of(lane, depth)];
  node.ticks += ticks;
  node.work += work;
  if (ticks < node.shortest) node.shortest = ticks;
  if (ticks > node.longest) node.longest = ticks;
  ++node.histogram[bucket_of(scaled(ticks, lane.tick_scale))];
}

}  // namespace hpct
