// SPDX-License-Identifier: Apache-2.0
#include "collector/region_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>
#include <utility>

namespace hpct {
namespace {

/// Text of fixed room that may lack its terminator.
template <std::size_t Room>
std::string text_of(const char (&room)[Room]) {
  return {room, ::strnlen(room, Room)};
}

struct Chunk {
  std::uint64_t first;
  std::uint64_t records;
};

/// The chunks of every lane, in the order in which they were filled; those that cannot be are left out.
std::vector<std::vector<Chunk>> chunks_by_lane(const ArenaTables& tables, std::size_t lanes) {
  std::vector<std::vector<Chunk>> chunks(lanes);
  const auto used = std::min(tables.header.chunks_used.load(), kMaxChunks);
  for (std::uint32_t i = 0; i < used; ++i) {
    const auto& entry = tables.chunks[i];
    if (entry.ready.load(std::memory_order_acquire) == 0 || entry.lane >= lanes) continue;
    const auto room = tables.header.max_records;
    if (entry.first > room || entry.records > room - entry.first) continue;
    chunks[entry.lane].push_back({entry.first, entry.records});
  }
  return chunks;
}

/// Records in the lane's last chunk. Its pointers are of the process that wrote it: only their distance
/// means something here.
std::optional<std::uint64_t> filled(const Lane& lane, std::uint64_t room) {
  const auto next = reinterpret_cast<std::uintptr_t>(__atomic_load_n(&lane.next, __ATOMIC_ACQUIRE));
  const auto bytes = next - reinterpret_cast<std::uintptr_t>(lane.chunk);
  const auto records = bytes / sizeof(hpct_record);
  if (bytes % sizeof(hpct_record) != 0 || records > room) return std::nullopt;
  return records;
}

bool copy_records(const RegionArena& arena, const Lane& lane, const std::vector<Chunk>& chunks,
                  std::vector<RegionRecord>& records) {
  for (const auto& chunk : chunks) {
    const bool last = &chunk == &chunks.back();
    const auto count = last ? filled(lane, chunk.records) : chunk.records;
    if (!count) return false;
    const auto* begin = arena.records + chunk.first;
    records.insert(records.end(), begin, begin + *count);
  }
  return true;
}

/// Sites from the outermost region to the node's; nothing when the tree is damaged.
std::optional<std::vector<std::uint32_t>> sites_to(const Lane& lane, std::uint32_t node) {
  std::vector<std::uint32_t> sites;
  for (; node > kOtherNode; node = lane.nodes[node].parent) {
    if (lane.nodes[node].parent >= node) return std::nullopt;  // parents are made before their children
    sites.push_back(lane.nodes[node].site);
  }
  std::reverse(sites.begin(), sites.end());
  return sites;
}

bool copy_nodes(const Lane& lane, std::vector<DroppedPath>& paths) {
  const auto used = std::min(lane.nodes_used, kMaxNodes);
  for (std::uint32_t i = kOtherNode; i < used; ++i) {
    const auto& node = lane.nodes[i];
    const auto calls = std::accumulate(node.histogram, node.histogram + kDurationBuckets, std::uint64_t{0});
    if (calls == 0) continue;
    auto sites = sites_to(lane, i);
    if (!sites) return false;
    paths.push_back({.sites = std::move(*sites),
                     .calls = calls,
                     .ticks = node.ticks,
                     .work = node.work,
                     .shortest = node.shortest,
                     .longest = node.longest,
                     .histogram = {node.histogram, node.histogram + kDurationBuckets}});
  }
  return true;
}

/// The regions that were open when the last record was written.
std::vector<std::uint32_t> open_regions(const Lane& lane) {
  const bool full = lane.first_drop != 0;
  const auto* sites = full ? lane.open_when_full : lane.open;
  const auto depth = std::min<std::uint32_t>(full ? lane.depth_when_full : lane.depth, HPCT_DEEPEST);
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < depth; ++i) open.push_back(static_cast<std::uint32_t>(sites[i]));
  return open;
}

}  // namespace

std::vector<RegionPlace> read_sites(const ArenaTables& tables) {
  std::vector<RegionPlace> sites;
  const auto used = std::min(tables.header.sites_used.load(), kMaxSites);
  for (std::uint32_t i = 0; i < used; ++i) {
    const auto& entry = tables.sites[i];
    const bool ready = entry.ready.load(std::memory_order_acquire) != 0;
    sites.push_back(ready ? RegionPlace{text_of(entry.name), text_of(entry.file), entry.line}
                          : RegionPlace{"?", "", 0});
  }
  return sites;
}

Recording read_arena(const RegionArena& arena, std::vector<std::string>& problems) {
  const auto& tables = *arena.tables;
  Recording recording{.threads = {}, .sites = read_sites(tables)};
  const auto lanes = std::min(tables.header.lanes_used.load(), kMaxLanes);
  const auto chunks = chunks_by_lane(tables, lanes);
  for (std::uint32_t i = 0; i < lanes; ++i) {
    const auto& lane = tables.lanes[i];
    ThreadRecords thread{.thread = static_cast<int>(i),
                         .name = text_of(lane.name),
                         .process = static_cast<int>(lane.process),
                         .records = {},
                         .open = open_regions(lane),
                         .dropped = lane.homeless,
                         .first_drop = lane.first_drop,
                         .last_drop = lane.last_drop,
                         .dropped_paths = {}};
    if (!copy_records(arena, lane, chunks[i], thread.records) || !copy_nodes(lane, thread.dropped_paths)) {
      problems.push_back(fmt::format("the region records of thread {} are damaged and left out", i));
      continue;
    }
    for (const auto& path : thread.dropped_paths) thread.dropped += path.calls;
    if (thread.records.empty() && thread.dropped == 0) continue;
    recording.threads.push_back(std::move(thread));
  }
  return recording;
}

}  // namespace hpct
