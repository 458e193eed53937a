// SPDX-License-Identifier: Apache-2.0
#include "collector/region_arena.h"

// A full buffer ends the timeline, not the sums: this file adds up what found no room, by path, on the
// thread's own pages. It must cost no more than writing the record would have.
namespace hpct {
namespace {

constexpr std::uint64_t kSiteMask = 0xffffffff;

std::uint32_t new_child(Lane& lane, std::uint32_t parent, std::uint32_t site) noexcept {
  if (lane.nodes_used >= kMaxNodes) return kOtherNode;
  const auto child = lane.nodes_used++;
  auto& node = lane.nodes[child];
  node.parent = parent;
  node.site = site;
  node.shortest = UINT64_MAX;
  node.sibling = lane.nodes[parent].first_child;
  lane.nodes[parent].first_child = child;
  return child;
}

/// Moved to the front: the same child is asked for again and again.
std::uint32_t child_of(Lane& lane, std::uint32_t parent, std::uint32_t site) noexcept {
  auto& first = lane.nodes[parent].first_child;
  if (lane.nodes[first].site == site && first != kRootNode) return first;
  for (auto* link = &first; *link != kRootNode; link = &lane.nodes[*link].sibling) {
    const auto child = *link;
    if (lane.nodes[child].site != site) continue;
    *link = lane.nodes[child].sibling;
    lane.nodes[child].sibling = first;
    return first = child;
  }
  return new_child(lane, parent, site);
}

/// The node of the open region at `depth`, remembered beside its site while the region is open.
std::uint32_t node_of(Lane& lane, std::uint32_t depth) noexcept {
  if (depth >= HPCT_DEEPEST) return kOtherNode;
  auto& open = lane.open[depth];
  if (const auto known = static_cast<std::uint32_t>(open >> 32); known != 0) return known;
  const auto parent = depth == 0 ? kRootNode : node_of(lane, depth - 1);
  const auto node = parent == kOtherNode
                        ? kOtherNode
                        : child_of(lane, parent, static_cast<std::uint32_t>(open & kSiteMask));
  open = (open & kSiteMask) | std::uint64_t{node} << 32;
  return node;
}

/// False when there is no memory for the sums; then only the number of drops is known.
bool start_nodes(Lane& lane) noexcept {
  if (!prefault(lane.nodes, sizeof lane.nodes)) return false;
  lane.nodes_used = kOtherNode + 1;
  lane.nodes[kOtherNode].shortest = UINT64_MAX;
  return true;
}

}  // namespace

void add_dropped(Lane& lane, std::uint32_t depth, std::uint64_t ticks, std::uint64_t work,
                 double ns_per_tick) noexcept {
  if (lane.nodes_used == 0 && !start_nodes(lane)) return;
  auto& node = lane.nodes[node_of(lane, depth)];
  ++node.calls;
  node.ticks += ticks;
  node.work += work;
  if (ticks < node.shortest) node.shortest = ticks;
  if (ticks > node.longest) node.longest = ticks;
  ++node.histogram[bucket_of(static_cast<std::uint64_t>(static_cast<double>(ticks) * ns_per_tick))];
}

}  // namespace hpct
