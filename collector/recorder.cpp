// SPDX-License-Identifier: Apache-2.0
#include "collector/recorder.h"

#include <algorithm>

#include "collector/clock.h"
#include "collector/region_process.h"
#include "collector/region_reader.h"

namespace hpct {

const RegionPlace& Recording::place(std::uint32_t site) const {
  static const RegionPlace unknown{.name = "?", .file = "", .line = 0};
  return site == 0 || site > sites.size() ? unknown : sites[site - 1];
}

namespace recorder {
namespace {

/// Memory that start() makes ready before anything is measured: at least 8 MiB, and twice what the
/// repetition before used.
constexpr std::uint64_t kReadyRecords = std::uint64_t{1} << 18;

std::uint64_t capacity = std::uint64_t{1} << 22;
std::uint64_t wanted = kReadyRecords;
bool fenced = false;

/// Gives the arena `capacity` records of memory.
void make_room(RegionArena& arena) {
  auto& header = arena.tables->header;
  if (arena.records != nullptr && header.max_records == capacity) return;
  free_records(arena.records, header.max_records);
  arena.records = private_records(capacity);
  header.max_records = arena.records == nullptr ? 0 : capacity;
  header.ready_records = 0;
}

void make_ready(const RegionArena& arena) {
  auto& header = arena.tables->header;
  const auto ready = header.ready_records;
  const auto target = std::min(wanted, header.max_records);
  if (target <= ready) return;
  if (prefault(arena.records + ready, (target - ready) * sizeof(hpct_record))) header.ready_records = target;
}

void empty(Lane& lane) {
  lane.next = lane.end = lane.chunk = lane.limit = nullptr;
  lane.chunk_records = lane.full = lane.summing = 0;
  lane.homeless = lane.first_drop = lane.last_drop = 0;
  for (auto& open : lane.open) open &= 0xffffffff;  // what is behind the site belongs to the nodes
  if (lane.nodes_used > 0) std::fill_n(lane.nodes, lane.nodes_used, PathNode{});
  lane.nodes_used = 0;
}

void empty(RegionArena& arena) {
  auto& header = arena.tables->header;
  wanted = std::max(wanted, 2 * std::min<std::uint64_t>(header.records_used, header.max_records));
  const auto lanes = std::min(header.lanes_used.load(), kMaxLanes);
  for (std::uint32_t i = 0; i < lanes; ++i) empty(arena.tables->lanes[i]);
  const auto chunks = std::min(header.chunks_used.load(), kMaxChunks);
  for (std::uint32_t i = 0; i < chunks; ++i) arena.tables->chunks[i].ready = 0;
  header.chunks_used = 0;
  header.records_used = 0;
}

}  // namespace

void set_capacity(std::size_t records) { capacity = records; }

void set_fenced(bool wait) { fenced = wait; }

Stamp stamp() {
  clock::calibrate();
  if (!clock::reads_register()) return Stamp::system;
  return fenced ? Stamp::fenced_register : Stamp::plain_register;
}

std::string clock_text() {
  auto text = clock::description();
  if (stamp() == Stamp::fenced_register) text.insert(std::min(text.find(' '), text.size()), "_fenced");
  return text;
}

void start() {
  const auto how = stamp();  // first: it may calibrate the clock, which takes its time
  auto& arena = own_arena();
  if (!arena.exists()) return;  // no memory at all
  auto& header = arena.tables->header;
  if (header.records_used == 0) make_room(arena);
  make_ready(arena);
  header.stamp = how;
  header.ns_per_tick = clock::ns_per_tick();
  __atomic_store_n(&hpct_mode, header.stamp == Stamp::plain_register ? HPCT_FAST : HPCT_BY_CALL,
                   __ATOMIC_RELEASE);
}

void stop() { __atomic_store_n(&hpct_mode, HPCT_IDLE, __ATOMIC_RELEASE); }

Recording take() {
  auto& arena = own_arena();
  if (!arena.exists()) return {};
  std::vector<std::string> none;  // our own memory is not damaged
  auto taken = read_arena(arena, none);
  empty(arena);
  return taken;
}

std::uint32_t number_of(RegionSite& site) {
  const auto known = __atomic_load_n(&site.get()->id, __ATOMIC_RELAXED);
  return known != 0 ? known : enroll(*site.get());
}

std::vector<RegionPlace> sites() {
  const auto& arena = own_arena();
  return arena.exists() ? read_sites(*arena.tables) : std::vector<RegionPlace>{};
}

}  // namespace recorder
}  // namespace hpct
