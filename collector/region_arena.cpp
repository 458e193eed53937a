// SPDX-License-Identifier: Apache-2.0
#include "collector/region_arena.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hpct {
namespace {

constexpr std::size_t kPage = 4096;

/// Linux 5.14; older kernels refuse it and pages are touched one by one.
constexpr int kPopulateWrite = 23;

/// A thread's first chunk is small, so that 500 threads need little; each further one is twice as large.
constexpr std::uint32_t kFirstChunk = 512;
constexpr std::uint32_t kLargestChunk = 32768;

void* map(std::size_t bytes, int flags, int file) noexcept {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, file, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

void* private_memory(std::size_t bytes) noexcept {
  return map(bytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
}

/// Takes up to `wanted` records; how many there were.
std::uint64_t take_records(ArenaHeader& header, std::uint64_t wanted, std::uint64_t& first) noexcept {
  first = header.records_used.load(std::memory_order_relaxed);
  for (;;) {
    const auto left = first < header.max_records ? header.max_records - first : 0;
    const auto taken = wanted < left ? wanted : left;
    if (taken == 0 || header.records_used.compare_exchange_weak(first, first + taken)) return taken;
  }
}

bool is_ours(const ArenaHeader& header) noexcept {
  return std::memcmp(header.magic, kArenaMagic, sizeof kArenaMagic) == 0;
}

/// Leaves a number in the header of an arena that cannot be mapped.
void leave(int file, std::size_t offset, std::uint32_t number) noexcept {
  [[maybe_unused]] const auto written = ::pwrite(file, &number, sizeof number, static_cast<off_t>(offset));
}

RegionArena attach_file(int file) noexcept {
  ArenaHeader header;
  if (::pread(file, static_cast<void*>(&header), sizeof header, 0) != sizeof header || !is_ours(header))
    return {};
  if (header.version != kArenaVersion) {
    leave(file, offsetof(ArenaHeader, other_version), kArenaVersion);
    return {};
  }
  struct stat facts {};
  const auto bytes = arena_bytes(header.max_records);
  if (::fstat(file, &facts) != 0 || static_cast<std::size_t>(facts.st_size) < bytes) return {};
  auto* tables = static_cast<ArenaTables*>(map(bytes, MAP_SHARED, file));
  if (tables == nullptr) {
    leave(file, offsetof(ArenaHeader, attach_error), static_cast<std::uint32_t>(errno));
    return {};
  }
  return {tables, reinterpret_cast<hpct_record*>(tables + 1)};
}

}  // namespace

void start_arena(ArenaHeader& header, std::uint64_t max_records) noexcept {
  std::memcpy(header.magic, kArenaMagic, sizeof kArenaMagic);
  header.version = kArenaVersion;
  header.ns_per_tick = 1;
  header.max_records = max_records;
}

ArenaTables* private_tables() noexcept {
  return static_cast<ArenaTables*>(private_memory(sizeof(ArenaTables)));
}

hpct_record* private_records(std::uint64_t count) noexcept {
  if (count > SIZE_MAX / sizeof(hpct_record)) return nullptr;
  return static_cast<hpct_record*>(private_memory(count * sizeof(hpct_record)));
}

void free_records(hpct_record* records, std::uint64_t count) noexcept {
  if (records != nullptr) ::munmap(records, count * sizeof(hpct_record));
}

RegionArena attach_arena(const char* path) noexcept {
  const int file = ::open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return {};
  const auto arena = attach_file(file);
  ::close(file);
  return arena;
}

bool prefault(void* memory, std::size_t bytes) noexcept {
  const auto begin = reinterpret_cast<std::uintptr_t>(memory) & ~(kPage - 1);
  const auto end = reinterpret_cast<std::uintptr_t>(memory) + bytes;
  if (::madvise(reinterpret_cast<void*>(begin), end - begin, kPopulateWrite) == 0) return true;
  if (errno != EINVAL) return false;  // no memory: better no record than a dead program
  for (auto page = begin; page < end; page += kPage) {
    auto* word = reinterpret_cast<std::uint32_t*>(page);
    __atomic_fetch_or(word, 0U, __ATOMIC_RELAXED);  // a neighbour may be writing on the first page
  }
  return true;
}

bool next_chunk(const RegionArena& arena, Lane& lane) noexcept {
  auto& header = arena.tables->header;
  const auto doubled = lane.chunk_records * 2;
  const auto wanted = doubled == 0 ? kFirstChunk : doubled < kLargestChunk ? doubled : kLargestChunk;
  std::uint64_t first = 0;
  const auto records = arena.records == nullptr ? 0 : take_records(header, wanted, first);
  if (records == 0) return false;
  auto* const begin = arena.records + first;
  const auto at = header.chunks_used.fetch_add(1, std::memory_order_relaxed);
  const bool ready = first + records <= header.ready_records;
  if (at >= kMaxChunks || (!ready && !prefault(begin, records * sizeof(hpct_record)))) return false;
  auto& entry = arena.tables->chunks[at];
  entry.lane = lane.number;
  entry.first = first;
  entry.records = records;
  entry.ready.store(1, std::memory_order_release);
  lane.chunk_records = static_cast<std::uint32_t>(records);
  lane.chunk = begin;
  lane.limit = begin + records;
  __atomic_store_n(&lane.next, begin, __ATOMIC_RELEASE);
  return true;
}

}  // namespace hpct
