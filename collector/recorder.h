// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/region.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "collector/region_arena.h"

namespace hpct {

/// Records are in order of their end; nesting follows from their depth.
using RegionRecord = hpct_record;
static_assert(sizeof(RegionRecord) == 32);

/// A region's name and place in the source.
struct RegionPlace {
  std::string name;
  std::string file;
  int line = 0;
};

/// What one thread spent in one path after its buffer was full.
struct DroppedPath {
  std::vector<std::uint32_t> sites;  ///< outermost first; empty: paths that found no room themselves
  std::uint64_t calls = 0;
  std::uint64_t ticks = 0;
  std::uint64_t work = 0;
  std::uint64_t shortest = 0;  ///< ticks
  std::uint64_t longest = 0;
  std::vector<std::uint64_t> histogram;  ///< by bucket_of()
};

/// What one thread recorded.
struct ThreadRecords {
  int thread = 0;    ///< small and dense; later threads may continue the number of an ended one
  std::string name;  ///< as the system knows it
  int process = 0;   ///< its process number
  std::vector<RegionRecord> records;
  std::vector<std::uint32_t> open;  ///< sites of the regions that were open at the end, outermost first
  std::uint64_t dropped = 0;        ///< regions that found the buffer full
  std::uint64_t first_drop = 0;     ///< when the first of them began, in ticks
  std::uint64_t last_drop = 0;      ///< when the last of them ended
  std::vector<DroppedPath> dropped_paths;  ///< the same regions, added up
};

/// What all threads recorded, and the sites that the numbers in it mean (number 1 is the first).
struct Recording {
  std::vector<ThreadRecords> threads;
  std::vector<RegionPlace> sites;

  /// "?" for a number that is none.
  [[nodiscard]] const RegionPlace& place(std::uint32_t site) const;
};

/// The process-wide switch of the region API and the owner of the threads' buffers.
namespace recorder {

/// All threads together keep this many records from the next start() on (default 2^22 = 128 MiB, of which
/// only what is used exists). Call it while nothing records and nothing is recorded.
void set_capacity(std::size_t records);

/// From the next start() on timestamps wait until the measured code is done, for regions under a microsecond.
/// Without a register to read this changes nothing.
void set_fenced(bool wait);

/// How time will be read.
Stamp stamp();

/// The same in words: "tsc 2600.0 MHz", "tsc_fenced 2600.0 MHz", "clock_gettime".
std::string clock_text();

void start();
void stop();

/// Copies out and empties all buffers. Call only while no thread begins or ends a region.
Recording take();

/// The number of a site in Recording::sites.
std::uint32_t number_of(RegionSite& site);

/// All sites so far.
std::vector<RegionPlace> sites();

}  // namespace recorder

}  // namespace hpct
