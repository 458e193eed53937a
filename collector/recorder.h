// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hpct {

/// One finished region, 32 bytes: written once, at its end, so that a region costs one store.
struct RegionRecord {
  std::uint64_t begin;     ///< clock::now() ticks
  std::uint64_t duration;  ///< ticks
  std::uint64_t work;      ///< the payload of RegionScope::work()
  std::uint32_t site;      ///< RegionSite::id()
  std::uint32_t depth;     ///< 0 for the outermost region of the thread
};
static_assert(sizeof(RegionRecord) == 32);

/// What one thread recorded. Records are in order of their end; nesting follows from
/// begin, duration and depth.
struct ThreadRecords {
  int thread = 0;
  std::vector<RegionRecord> records;
  std::uint64_t dropped = 0;  ///< regions that found the buffer full
  std::uint64_t first_drop = 0;
  std::uint64_t last_drop = 0;
};

/// The process-wide switch of the region API and the owner of the threads' buffers.
namespace recorder {

/// Buffers made from now on hold this many records (default 2^18 = 8 MiB per thread).
void set_capacity(std::size_t records_per_thread);
void start();
void stop();

/// Copies out and empties all buffers. Call only while no thread is inside a region.
std::vector<ThreadRecords> take();

/// Name of a region by its RegionRecord::site.
std::string site_name(std::uint32_t site);

}  // namespace recorder

}  // namespace hpct
