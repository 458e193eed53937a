// SPDX-License-Identifier: Apache-2.0
#include <hpct/region_lane.h>

#include <cstring>
#include <ctime>

#include "collector/dropped_paths.h"
#include "collector/region_process.h"

// What a region does when the few instructions of region_lane.h do not suffice: its thread or its site is
// new, a chunk is full, or the clock is not a plain register.

int hpct_mode = HPCT_IDLE;
__thread hpct_lane* hpct_this_lane = nullptr;

namespace hpct {
namespace {

std::uint64_t system_ns() noexcept {
  if (region_process.clock != nullptr) return region_process.clock();
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

/// Waits until everything before is done, so that none of it is measured.
std::uint64_t fenced_begin() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_lfence();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");
#endif
  return hpct_read_register();
}

/// Waits until the measured code is done, and lets nothing behind begin before the reading.
std::uint64_t fenced_end() noexcept {
#if defined(__x86_64__)
  unsigned core = 0;
  const auto ticks = __builtin_ia32_rdtscp(&core);
  __builtin_ia32_lfence();
  return ticks;
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");
  const auto ticks = hpct_read_register();
  __asm__ volatile("isb" ::: "memory");
  return ticks;
#else
  return 0;
#endif
}

Stamp stamp() noexcept { return region_process.arena.tables->header.stamp; }

std::uint64_t begin_ticks() noexcept {
  switch (stamp()) {
    case Stamp::plain_register:
      return hpct_read_register();
    case Stamp::fenced_register:
      return fenced_begin();
    default:
      return system_ns();
  }
}

std::uint64_t end_ticks() noexcept {
  switch (stamp()) {
    case Stamp::plain_register:
      return hpct_read_register();
    case Stamp::fenced_register:
      return fenced_end();
    default:
      return system_ns();
  }
}

void push(Lane& lane, std::uint32_t site) noexcept {
  if (lane.depth < HPCT_DEEPEST) lane.open[lane.depth] = site;
  ++lane.depth;
}

void write(Lane& lane, const hpct_record& record) noexcept {
  *lane.next = record;
  __atomic_store_n(&lane.next, lane.next + 1, __ATOMIC_RELEASE);
  lane.end = stamp() == Stamp::plain_register ? lane.limit : lane.next;
}

/// The last records' parents will be dropped too: who they were is only known now.
void begin_dropping(Lane& lane, const hpct_record& first) noexcept {
  lane.first_drop = first.begin;
  lane.depth_when_full = first.depth + 1;
  std::memcpy(lane.open_when_full, lane.open, sizeof lane.open);
  start_sums(lane, region_process.arena.tables->header.ns_per_tick);
}

void drop(Lane& lane, const hpct_record& record) noexcept {
  if (lane.first_drop == 0) begin_dropping(lane, record);
  lane.last_drop = record.begin + record.duration;
  if (lane.nodes_used == 0) {
    ++lane.homeless;
    return;
  }
  add_dropped(lane, record.depth, record.duration, record.work);
  lane.summing = stamp() == Stamp::plain_register ? 1 : 0;
}

/// Asked for once: a full buffer stays full until take() empties it.
bool has_room(Lane& lane) noexcept {
  if (lane.next != lane.limit) return true;
  if (lane.full != 0) return false;
  const bool got = next_chunk(region_process.arena, lane);
  lane.full = got ? 0 : 1;
  return got;
}

/// False for a region that is open across a fork: its lane is the parent's.
bool is_own(const hpct_lane* lane) noexcept {
  const auto* tables = region_process.arena.tables;
  return tables != nullptr && lane >= tables->lanes && lane < tables->lanes + kMaxLanes;
}

}  // namespace
}  // namespace hpct

hpct_open hpct_begin_by_call(hpct_site* site) {
  auto* lane = hpct::lane_of_this_thread();
  if (lane == nullptr) return {nullptr, 0};
  auto number = __atomic_load_n(&site->id, __ATOMIC_RELAXED);
  if (number == 0) number = hpct::enroll(*site);
  hpct::push(*lane, number);
  return {lane, hpct::begin_ticks()};
}

void hpct_end_by_call(hpct_lane* hot, hpct_site* site, std::uint64_t begin, std::uint64_t work) {
  auto& lane = *static_cast<hpct::Lane*>(hot);
  if (lane.summing != 0) [[likely]] {
    lane.last_drop = hpct_read_register();
    hpct::add_dropped(lane, --lane.depth, lane.last_drop - begin, work);
    return;
  }
  if (!hpct::is_own(hot)) return;
  const auto end = hpct::end_ticks();
  --lane.depth;
  const hpct_record record{begin, end - begin, work, __atomic_load_n(&site->id, __ATOMIC_RELAXED),
                           lane.depth};
  hpct::has_room(lane) ? hpct::write(lane, record) : hpct::drop(lane, record);
}
