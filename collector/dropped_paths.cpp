// SPDX-License-Identifier: Apache-2.0
#include "collector/dropped_paths.h"

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
  for (auto* link = &first; *link != kRootNode; link = &lane.nodes[*link].sibling) {
    const auto child = *link;
    if (lane.nodes[child].site != site) continue;
    *link = lane.nodes[child].sibling;
    lane.nodes[child].sibling = first;
    return first = child;
  }
  return new_child(lane, parent, site);
}

}  // namespace

bool start_sums(Lane& lane, double ns_per_tick) noexcept {
  if (!prefault(lane.nodes, sizeof lane.nodes)) return false;
  lane.tick_scale = static_cast<std::uint64_t>(ns_per_tick * 4294967296.0);
  lane.nodes_used = kOtherNode + 1;
  lane.nodes[kOtherNode].shortest = UINT64_MAX;
  return true;
}

/// Remembered beside the site while the region is open, so that its children find their parent at once.
std::uint32_t find_node(Lane& lane, std::uint32_t depth) noexcept {
  if (depth >= HPCT_DEEPEST) return kOtherNode;
  auto& open = lane.open[depth];
  if (const auto known = static_cast<std::uint32_t>(open >> 32); known != 0) return known;
  const auto parent = depth == 0 ? kRootNode : find_node(lane, depth - 1);
  const auto node = parent == kOtherNode
                        ? kOtherNode
                        : child_of(lane, parent, static_cast<std::uint32_t>(open & kSiteMask));
  open = (open & kSiteMask) | std::uint64_t{node} << 32;
  return node;
}

}  // namespace hpct
