// SPDX-License-Identifier: Apache-2.0
#include <hpct/region.h>

#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "collector/clock.h"
#include "collector/recorder.h"

namespace hpct {
namespace {

/// Where a thread writes. Only that thread writes while recording; take() reads when all are quiet, and
/// `written` is atomic for that hand-over only. Plain data, so that the pointer to it needs no guard.
struct alignas(64) Lane {
  RegionRecord* records = nullptr;
  std::size_t capacity = 0;
  std::atomic<std::size_t> written{0};
  std::uint32_t depth = 0;
  std::uint64_t dropped = 0;
  std::uint64_t first_drop = 0;
  std::uint64_t last_drop = 0;
};

/// A lane and its memory. Without memory for it the lane has no room, and drops everything, counted.
struct ThreadBuffer {
  ThreadBuffer(int number, std::size_t capacity)
      : thread(number), wanted(capacity), memory(new (std::nothrow) RegionRecord[capacity]) {
    if (!memory) return;
    std::memset(memory.get(), 0, capacity * sizeof(RegionRecord));  // touches every page now, not later
    lane.records = memory.get();
    lane.capacity = capacity;
  }

  int thread;
  bool in_use = true;
  std::size_t wanted;
  std::unique_ptr<RegionRecord[]> memory;
  Lane lane;
};

struct Registry {
  std::mutex mutex;
  std::deque<ThreadBuffer> buffers;
  std::vector<const RegionSite*> sites;
  std::size_t capacity = std::size_t{1} << 18;
};

Registry& registry() {
  static auto* const instance = new Registry;  // never destroyed: threads may outlive main()
  return *instance;
}

/// A buffer that an ended thread left empty, or a new one. Reuse keeps thread numbers small
/// when one team of threads follows another.
ThreadBuffer* acquire_buffer() {
  auto& all = registry();
  const std::lock_guard lock(all.mutex);
  for (auto& buffer : all.buffers) {
    const bool empty = buffer.lane.written.load() == 0 && buffer.lane.dropped == 0;
    if (buffer.in_use || !empty || buffer.wanted != all.capacity) continue;
    buffer.in_use = true;
    return &buffer;
  }
  return &all.buffers.emplace_back(static_cast<int>(all.buffers.size()), all.capacity);
}

/// The calling thread's lane; null until its first region. Constant-initialised and trivially
/// destroyed, so reading it is one load: no guard, no call.
constinit thread_local Lane* current_lane = nullptr;

/// For regions in destructors that run after the thread gave its buffer back: drops everything.
constinit thread_local Lane closed_lane;

struct ThreadRegistration {
  ThreadBuffer* buffer = acquire_buffer();
  ThreadRegistration() = default;
  ThreadRegistration(const ThreadRegistration&) = delete;
  ThreadRegistration& operator=(const ThreadRegistration&) = delete;
  ~ThreadRegistration() {
    current_lane = &closed_lane;
    const std::lock_guard lock(registry().mutex);
    buffer->in_use = false;
  }
};

[[gnu::noinline]] Lane* register_thread() {
  thread_local ThreadRegistration registration;
  return current_lane = &registration.buffer->lane;
}

[[gnu::noinline]] void drop(Lane& lane, std::uint64_t begin, std::uint64_t end) noexcept {
  if (lane.dropped++ == 0) lane.first_drop = begin;
  lane.last_drop = end;
}

}  // namespace

namespace detail {

std::atomic<bool> recording{false};

std::uint64_t region_begin() noexcept {
  auto* lane = current_lane;
  if (lane == nullptr) [[unlikely]]
    lane = register_thread();
  ++lane->depth;
  return clock::now();
}

void region_end(RegionSite& site, std::uint64_t begin, std::uint64_t work) noexcept {
  const auto end = clock::now();
  auto& lane = *current_lane;
  --lane.depth;
  const auto at = lane.written.load(std::memory_order_relaxed);
  if (at >= lane.capacity) [[unlikely]]
    return drop(lane, begin, end);
  lane.records[at] = {begin, end - begin, work, site.id(), lane.depth};
  lane.written.store(at + 1, std::memory_order_release);
}

}  // namespace detail

std::uint32_t RegionSite::enroll() noexcept {
  auto& all = registry();
  const std::lock_guard lock(all.mutex);
  if (id_.load() == 0) {
    all.sites.push_back(this);
    id_.store(static_cast<std::uint32_t>(all.sites.size()), std::memory_order_release);
  }
  return id_.load();
}

namespace recorder {

void set_capacity(std::size_t records_per_thread) {
  const std::lock_guard lock(registry().mutex);
  registry().capacity = records_per_thread;
}

void start() {
  clock::calibrate();
  detail::recording.store(true);
}

void stop() { detail::recording.store(false); }

std::vector<ThreadRecords> take() {
  auto& all = registry();
  const std::lock_guard lock(all.mutex);
  std::vector<ThreadRecords> taken;
  for (auto& buffer : all.buffers) {
    auto& lane = buffer.lane;
    const auto count = lane.written.exchange(0);
    const auto dropped = std::exchange(lane.dropped, 0);
    if (count == 0 && dropped == 0) continue;
    taken.push_back({.thread = buffer.thread,
                     .records = std::vector(lane.records, lane.records + count),
                     .dropped = dropped,
                     .first_drop = dropped == 0 ? 0 : lane.first_drop,
                     .last_drop = dropped == 0 ? 0 : lane.last_drop});
  }
  return taken;
}

std::string site_name(std::uint32_t site) {
  const std::lock_guard lock(registry().mutex);
  return site == 0 || site > registry().sites.size() ? "?" : registry().sites[site - 1]->name();
}

}  // namespace recorder
}  // namespace hpct
