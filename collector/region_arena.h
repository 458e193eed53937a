// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/region_lane.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

// Where regions are written: one block of memory, private to this process or shared with the hpct-prof that
// started it. This file and the .cpp files of the region library use no C++ runtime, so that a C program
// can be linked with it.
namespace hpct {

inline constexpr char kArenaMagic[8] = {'H', 'P', 'C', 'T', 'R', 'E', 'G', '\0'};
inline constexpr std::uint32_t kArenaVersion = 1;  ///< changes with anything in this file or region_lane.h

/// "NAME=path": where a program finds the arena of the hpct-prof that started it.
inline constexpr char kArenaVariable[] = "HPCT_REGIONS";

inline constexpr std::uint32_t kMaxSites = 4096;
inline constexpr std::uint32_t kMaxLanes = 1024;
inline constexpr std::uint32_t kMaxChunks = 65536;
inline constexpr std::uint32_t kMaxNodes = 128;        ///< region paths of one thread with sums of their own
inline constexpr std::uint32_t kDurationBuckets = 48;  ///< bucket k: below 2^k ns, not below 2^(k-1)

/// How time is read.
enum class Stamp : std::uint32_t { plain_register, fenced_register, system };

/// Name and place of a region as readers of the arena find it. Longer texts lose their beginning (files)
/// or their end (names).
struct SiteEntry {
  std::atomic<std::uint32_t> ready;
  std::int32_t line;
  char name[120];
  char file[128];
};

/// Sums of one region path, kept from the moment when its thread found no room for records. How many
/// calls there were is the sum of the histogram.
struct PathNode {
  std::uint32_t parent;
  std::uint32_t site;
  std::uint32_t first_child;  ///< the one used last stands first
  std::uint32_t sibling;
  std::uint64_t ticks;
  std::uint64_t work;
  std::uint64_t shortest;
  std::uint64_t longest;
  std::uint64_t histogram[kDurationBuckets];
};

/// Nodes that always exist: the parent of all, and the one for paths that found no room.
inline constexpr std::uint32_t kRootNode = 0;
inline constexpr std::uint32_t kOtherNode = 1;

/// One thread's buffer: the hot part, what is behind it, and the sums of what was dropped. A thread that
/// ended leaves its lane to a later one.
struct alignas(4096) Lane : hpct_lane {
  std::atomic<std::uint32_t> in_use;
  std::uint32_t number;
  std::uint32_t process;
  std::uint32_t thread;
  char name[16];
  hpct_record* chunk;  ///< the current chunk; `next` lies within it
  hpct_record* limit;  ///< its end; `end` is the same, or equal to `next` where every region needs a call
  std::uint32_t chunk_records;
  std::uint32_t full;
  std::uint32_t summing;     ///< full, and add_dropped() needs no preparation
  std::uint64_t tick_scale;  ///< nanoseconds per tick, times 2^32
  std::uint64_t homeless;    ///< dropped without sums, as there was no memory for them
  std::uint64_t first_drop;
  std::uint64_t last_drop;
  std::uint32_t nodes_used;
  std::uint32_t depth_when_full;
  std::uint64_t open_when_full[HPCT_DEEPEST];  ///< `open` at the first drop: the parents of the last records
  PathNode nodes[kMaxNodes];
};

/// A run of records that one lane owns.
struct ChunkEntry {
  std::atomic<std::uint32_t> ready;
  std::uint32_t lane;
  std::uint64_t first;
  std::uint64_t records;
};

struct ArenaHeader {
  char magic[8];
  std::uint32_t version;
  Stamp stamp;
  double ns_per_tick;
  std::uint64_t max_records;
  std::uint64_t ready_records;  ///< the first so many have their pages
  std::atomic<std::uint32_t> sites_used;
  std::atomic<std::uint32_t> lanes_used;
  std::atomic<std::uint32_t> chunks_used;
  std::atomic<std::uint32_t> threads_refused;  ///< found no lane
  std::atomic<std::uint32_t> other_version;    ///< of a library that could not use this arena; 0: none
  std::atomic<std::uint32_t> attach_error;     ///< errno of a program that could not map it; 0: none
  std::atomic<std::uint64_t> records_used;
};

/// Everything but the records, in the order in which it lies in memory. Mostly never touched, so never there.
struct ArenaTables {
  ArenaHeader header;
  SiteEntry sites[kMaxSites];
  ChunkEntry chunks[kMaxChunks];
  Lane lanes[kMaxLanes];
};

/// The memory itself. Plain data: no constructor runs before main().
struct RegionArena {
  ArenaTables* tables;
  hpct_record* records;

  [[nodiscard]] bool exists() const noexcept { return tables != nullptr; }
};

/// Bytes of a shared arena: the tables, then the records.
inline std::size_t arena_bytes(std::uint64_t max_records) noexcept {
  return sizeof(ArenaTables) + max_records * sizeof(hpct_record);
}

/// Fills the header of zeroed memory.
void start_arena(ArenaHeader& header, std::uint64_t max_records) noexcept;

/// Memory of this process alone, without records; null without memory.
ArenaTables* private_tables() noexcept;

/// Room for records, of this process alone; null without memory.
hpct_record* private_records(std::uint64_t count) noexcept;
void free_records(hpct_record* records, std::uint64_t count) noexcept;

/// Maps the arena that `path` names. Nothing where there is none; a reason left in it where it is of
/// no use to us.
RegionArena attach_arena(const char* path) noexcept;

/// Gives the memory its pages now, so that writing to it later does not. False when there are none.
bool prefault(void* memory, std::size_t bytes) noexcept;

/// Gives the lane its next chunk of records; false when there is none left.
bool next_chunk(const RegionArena& arena, Lane& lane) noexcept;

/// The bucket of a duration.
inline std::uint32_t bucket_of(std::uint64_t ns) noexcept {
  const auto width = ns == 0 ? 0U : 64U - static_cast<std::uint32_t>(__builtin_clzll(ns));
  return width < kDurationBuckets ? width : kDurationBuckets - 1;
}

}  // namespace hpct
