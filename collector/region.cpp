// SPDX-License-Identifier: Apache-2.0
#include <hpct/region.h>

#include <deque>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "collector/clock.h"
#include "collector/recorder.h"

namespace hpct {
namespace {

/// One thread's records. Only its thread writes while recording; take() reads when all are quiet.
/// `written` is atomic for that hand-over only; nothing here is shared on the hot path.
struct alignas(64) ThreadBuffer {
  ThreadBuffer(int number, std::size_t capacity) : thread(number), records(capacity) {}

  int thread;
  bool in_use = true;
  std::uint32_t depth = 0;
  std::atomic<std::size_t> written{0};
  std::uint64_t dropped = 0;
  std::uint64_t first_drop = 0;
  std::uint64_t last_drop = 0;
  std::vector<RegionRecord> records;  ///< value-initialised, so every page is already touched
};

struct Registry {
  std::mutex mutex;
  std::deque<std::unique_ptr<ThreadBuffer>> buffers;
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
    if (buffer->in_use || buffer->written.load() != 0) continue;
    buffer->in_use = true;
    return buffer.get();
  }
  const auto number = static_cast<int>(all.buffers.size());
  all.buffers.push_back(std::make_unique<ThreadBuffer>(number, all.capacity));
  return all.buffers.back().get();
}

struct ThreadRegistration {
  ThreadBuffer* buffer = acquire_buffer();
  ThreadRegistration() = default;
  ThreadRegistration(const ThreadRegistration&) = delete;
  ThreadRegistration& operator=(const ThreadRegistration&) = delete;
  ~ThreadRegistration() {
    const std::lock_guard lock(registry().mutex);
    buffer->in_use = false;
  }
};

ThreadBuffer& this_thread_buffer() {
  thread_local ThreadRegistration registration;
  return *registration.buffer;
}

}  // namespace

namespace detail {

std::atomic<bool> recording{false};

std::uint64_t region_begin() noexcept {
  ++this_thread_buffer().depth;
  return clock::now();
}

void region_end(RegionSite& site, std::uint64_t begin, std::uint64_t work) noexcept {
  const auto end = clock::now();
  auto& buffer = this_thread_buffer();
  --buffer.depth;
  const auto at = buffer.written.load(std::memory_order_relaxed);
  if (at < buffer.records.size()) [[likely]] {
    buffer.records[at] = {begin, end - begin, work, site.id(), buffer.depth};
    buffer.written.store(at + 1, std::memory_order_release);
    return;
  }
  if (buffer.dropped++ == 0) buffer.first_drop = begin;
  buffer.last_drop = end;
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
    const auto count = static_cast<std::ptrdiff_t>(buffer->written.exchange(0));
    const auto dropped = std::exchange(buffer->dropped, 0);
    if (count == 0 && dropped == 0) continue;
    const auto begin = buffer->records.begin();
    taken.push_back({.thread = buffer->thread,
                     .records = std::vector(begin, begin + count),
                     .dropped = dropped,
                     .first_drop = buffer->first_drop,
                     .last_drop = buffer->last_drop});
  }
  return taken;
}

std::string site_name(std::uint32_t site) {
  const std::lock_guard lock(registry().mutex);
  return site == 0 || site > registry().sites.size() ? "?" : registry().sites[site - 1]->name();
}

}  // namespace recorder
}  // namespace hpct
