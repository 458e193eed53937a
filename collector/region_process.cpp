// SPDX-License-Identifier: Apache-2.0
#include "collector/region_process.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace hpct {

constinit RegionProcess region_process{};

namespace {

/// From here on an ended thread's lane is continued by later threads even when it holds records.
constexpr std::uint32_t kFreshLanes = 256;

pthread_mutex_t attaching = PTHREAD_MUTEX_INITIALIZER;
pthread_key_t thread_end;
bool key_made = false;

class Lock {
 public:
  Lock() noexcept { ::pthread_mutex_lock(&attaching); }
  ~Lock() { ::pthread_mutex_unlock(&attaching); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
};

std::uint32_t process_number() noexcept { return static_cast<std::uint32_t>(::getpid()); }

/// Runs at the end of a thread, after the destructors of its thread_local objects.
void leave_lane(void* lane) noexcept {
  hpct_this_lane = nullptr;
  static_cast<Lane*>(lane)->in_use.store(0, std::memory_order_release);
}

/// The child of a fork must not write where its parent writes. Regions that are open in it get a copy to
/// end in; the next one finds the arena anew, under the child's own number.
void after_fork_in_child() noexcept {
  ::pthread_mutex_init(&attaching, nullptr);  // held by a thread that does not exist here
  auto& process = region_process;
  hpct_this_lane = nullptr;
  if (key_made) ::pthread_setspecific(thread_end, nullptr);
  if (!process.arena.exists() || !process.wanted) return;
  const auto bytes = arena_bytes(process.arena.tables->header.max_records);
  ::mmap(process.arena.tables, bytes, PROT_READ | PROT_WRITE,
         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  process.arena = {};
  __atomic_store_n(&hpct_mode, HPCT_BY_CALL, __ATOMIC_RELAXED);
}

void make_arena() noexcept {
  auto& process = region_process;
  if (process.wanted) {
    process.arena = attach_arena(std::getenv(kArenaVariable));
    const bool plain = process.arena.exists() && process.arena.tables->header.stamp == Stamp::plain_register;
    const int mode = !process.arena.exists() ? HPCT_IDLE : plain ? HPCT_FAST : HPCT_BY_CALL;
    __atomic_store_n(&hpct_mode, mode, __ATOMIC_RELAXED);
  } else if (auto* tables = private_tables()) {
    start_arena(tables->header, 0);
    process.arena.tables = tables;
  }
  if (key_made) return;
  key_made = ::pthread_key_create(&thread_end, leave_lane) == 0;
  ::pthread_atfork(nullptr, nullptr, after_fork_in_child);
}

bool same_text(const char* stored, const char* text, std::size_t room, bool keeps_end) noexcept {
  const auto length = std::strlen(text);
  const auto skipped = keeps_end && length >= room ? length - room + 1 : 0;
  return std::strncmp(stored, text + skipped, room - 1) == 0;
}

void store_text(char* room, std::size_t size, const char* text, bool keeps_end) noexcept {
  const auto length = std::strlen(text);
  const auto skipped = keeps_end && length >= size ? length - size + 1 : 0;
  std::strncpy(room, text + skipped, size - 1);
}

/// Forked and started processes share an arena, and know the same sites.
std::uint32_t known_site(const ArenaTables& tables, const hpct_site& site) noexcept {
  const auto used = tables.header.sites_used.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; i < used && i < kMaxSites; ++i) {
    const auto& entry = tables.sites[i];
    if (entry.ready.load(std::memory_order_acquire) == 0 || entry.line != site.line) continue;
    if (same_text(entry.name, site.name, sizeof entry.name, false) &&
        same_text(entry.file, site.file, sizeof entry.file, true))
      return i + 1;
  }
  return 0;
}

std::uint32_t new_site(ArenaTables& tables, const hpct_site& site) noexcept {
  const auto at = tables.header.sites_used.fetch_add(1, std::memory_order_acq_rel);
  if (at >= kMaxSites) return kMaxSites + 1;  // a number that readers show as "?"
  auto& entry = tables.sites[at];
  entry.line = site.line;
  store_text(entry.name, sizeof entry.name, site.name, false);
  store_text(entry.file, sizeof entry.file, site.file, true);
  entry.ready.store(1, std::memory_order_release);
  return at + 1;
}

bool claim(Lane& lane) noexcept {
  std::uint32_t expected = 0;
  return lane.in_use.compare_exchange_strong(expected, 1, std::memory_order_acquire);
}

/// An ended thread's lane: an empty one keeps thread numbers small when one team of threads follows another;
/// one with records only when threads come and go by the hundred.
Lane* ended_lane(ArenaTables& tables) noexcept {
  const auto used = tables.header.lanes_used.load(std::memory_order_acquire);
  for (std::uint32_t i = 0; i < used && i < kMaxLanes; ++i) {
    auto& lane = tables.lanes[i];
    if (lane.in_use.load(std::memory_order_relaxed) != 0 || lane.process != process_number() || !claim(lane))
      continue;
    const bool empty = lane.chunk == nullptr && lane.first_drop == 0;
    if (empty || used >= kFreshLanes) return &lane;
    lane.in_use.store(0, std::memory_order_release);
  }
  return nullptr;
}

Lane* fresh_lane(ArenaTables& tables) noexcept {
  const auto at = tables.header.lanes_used.fetch_add(1, std::memory_order_acq_rel);
  if (at >= kMaxLanes) return nullptr;
  auto& lane = tables.lanes[at];
  const auto before_nodes = reinterpret_cast<const char*>(lane.nodes) - reinterpret_cast<const char*>(&lane);
  if (!prefault(&lane, static_cast<std::size_t>(before_nodes))) return nullptr;
  lane.number = at;
  lane.in_use.store(1, std::memory_order_relaxed);
  return &lane;
}

void introduce_thread(Lane& lane) noexcept {
  lane.process = process_number();
  lane.thread = static_cast<std::uint32_t>(::syscall(SYS_gettid));
  lane.depth = 0;
  ::pthread_getname_np(::pthread_self(), lane.name, sizeof lane.name);
}

}  // namespace

RegionArena& own_arena() noexcept {
  const Lock lock;
  if (!region_process.arena.exists()) make_arena();
  return region_process.arena;
}

void ignore_environment() noexcept {
  region_process.wanted = false;
  __atomic_store_n(&hpct_mode, HPCT_IDLE, __ATOMIC_RELAXED);
}

std::uint32_t enroll(hpct_site& site) noexcept {
  auto& arena = own_arena();
  if (!arena.exists()) return 0;
  const Lock lock;
  if (site.id == 0) {
    const auto known = known_site(*arena.tables, site);
    __atomic_store_n(&site.id, known != 0 ? known : new_site(*arena.tables, site), __ATOMIC_RELAXED);
  }
  return site.id;
}

Lane* lane_of_this_thread() noexcept {
  if (hpct_this_lane != nullptr) return static_cast<Lane*>(hpct_this_lane);
  auto& arena = own_arena();
  if (!arena.exists()) return nullptr;
  const Lock lock;
  auto* lane = ended_lane(*arena.tables);
  if (lane == nullptr) lane = fresh_lane(*arena.tables);
  if (lane == nullptr) {
    arena.tables->header.threads_refused.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  introduce_thread(*lane);
  if (key_made) ::pthread_setspecific(thread_end, lane);
  hpct_this_lane = lane;
  return lane;
}

}  // namespace hpct

namespace {

/// All that happens at the start of a program: one look at the environment.
[[gnu::constructor]] void look_for_arena() noexcept {
  if (std::getenv(hpct::kArenaVariable) == nullptr) return;
  hpct::region_process.wanted = true;
  hpct_mode = HPCT_BY_CALL;
}

}  // namespace
