// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/slot_table.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <vector>

#include "workloads/aligned_space.h"
#include "workloads/kernels/onebrc/line.h"
#include "workloads/random.h"

namespace hpct::onebrc {
namespace {

constexpr std::size_t kSmallSlots = std::size_t{1} << 15;  // 2 MiB: one huge page, what a 2 MiB L2 can hold
constexpr std::size_t kLargeSlots = std::size_t{1} << 18;  // 10,000 names: two rows in a hundred collide
constexpr std::size_t kManyNames = 1024;  // from here on the small table has too many collisions
constexpr std::size_t kTableBytes = kLargeSlots * sizeof(Slot);

/// Huge pages, because the slots of a few hundred names are spread over the whole table.
Slot* map_slots() {
  char* const memory = map_aligned_space(kTableBytes);
  if (memory == nullptr) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  ::madvise(memory, kTableBytes, MADV_HUGEPAGE);
#endif
  return reinterpret_cast<Slot*>(memory);
}

std::uint64_t index_of_key(const Slots& table, const char* key) {
  std::uint64_t words[4];
  std::memcpy(words, key, sizeof words);
  return (hash_of_words(table, words) >> kHashShift) & table.index_mask;
}

/// A name and its slot key. The key of a long name is ';' and a digest, which only says where to
/// look: whether it is that name is decided by its bytes.
struct Name {
  std::string_view text;
  char key[kKeyBytes] = {};

  explicit Name(std::string_view name) : text(name) {
    if (is_long()) {
      key[0] = ';';
      const auto digest = long_name_digest(name.data(), static_cast<unsigned>(name.size()));
      std::memcpy(key + 8, &digest, sizeof digest);
      return;
    }
    std::memcpy(key, name.data(), name.size());
    key[name.size()] = ';';
  }
  [[nodiscard]] bool is_long() const { return text.size() >= kKeyBytes; }

  [[nodiscard]] bool is_in(const Slot& slot) const {
    if (std::memcmp(slot.key, key, kKeyBytes) != 0) return false;
    return !is_long() || std::string_view(slot.name, slot.length) == text;
  }
};

/// Puts a name that is not in the table into the first free slot.
Slot* add(Slots& table, const Slot& name) {
  auto index = index_of_key(table, name.key);
  while (table.slots[index].length != 0) index = (index + 1) & table.index_mask;
  table.used[table.used_count++] = static_cast<std::uint32_t>(index);
  return &(table.slots[index] = name);
}

}  // namespace

Slot* find_or_add(Slots& table, const char* name, const char* semicolon) {
  if (semicolon - name > kLongestName) return table.nowhere;
  const Name wanted(std::string_view(name, static_cast<std::size_t>(semicolon - name)));
  for (auto index = index_of_key(table, wanted.key); table.slots[index].length != 0;
       index = (index + 1) & table.index_mask)
    if (wanted.is_in(table.slots[index])) return &table.slots[index];
  if (table.used_count == SlotTable::kMaxNames) return table.nowhere;
  Slot slot{.key = {},
            .totals = {.sum_and_count = 0, .min = INT16_MAX, .negated_max = INT16_MAX},
            .name = name,
            .length = static_cast<std::uint32_t>(wanted.text.size())};
  std::memcpy(slot.key, wanted.key, kKeyBytes);
  return add(table, slot);
}

void SlotTable::Unmap::operator()(Slot* slots) const { ::munmap(slots, kTableBytes); }

SlotTable::SlotTable() : memory_(map_slots()), used_(kMaxNames), collected_(kMaxNames) {
  view_.slots = memory_.get();
  view_.used = used_.data();
  view_.nowhere = &nowhere_;
  view_.index_mask = kSmallSlots - 1;
  set_salt(0);
}

void SlotTable::set_salt(std::uint64_t seed) {
  for (unsigned i = 0; i < 4; ++i) view_.salt[i] = static_cast<std::uint32_t>(random_bits(seed, i)) | 1;
}

/// Empties the table and returns what was in it.
std::vector<Slot> SlotTable::take_out() {
  std::vector<Slot> names;
  for (std::uint32_t i = 0; i < view_.used_count; ++i) {
    Slot& slot = view_.slots[used_[i]];
    names.push_back(slot);
    slot = Slot{};
  }
  view_.used_count = 0;
  return names;
}

void SlotTable::reset() {
  static_cast<void>(take_out());
  std::fill(collected_.begin(), collected_.end(), Collected{});
  view_.index_mask = kSmallSlots - 1;
}

std::size_t SlotTable::displaced(const std::vector<Slot>& names, std::vector<bool>& taken) const {
  std::fill(taken.begin(), taken.end(), false);
  std::size_t count = 0;
  for (const auto& name : names) {
    const auto index = index_of_key(view_, name.key);
    count += taken[index] ? 1 : 0;
    taken[index] = true;
  }
  return count;
}

void SlotTable::choose_salt(const std::vector<Slot>& names, std::uint64_t tries) {
  std::vector<bool> taken(view_.index_mask + 1);
  std::uint64_t best_seed = 0;
  auto fewest = names.size() + 1;
  for (std::uint64_t seed = 0; seed < tries && fewest > 0; ++seed) {
    set_salt(seed);
    const auto count = displaced(names, taken);
    if (count >= fewest) continue;
    fewest = count;
    best_seed = seed;
  }
  set_salt(best_seed);
}

void SlotTable::adapt() {
  const auto names = take_out();
  const bool many = names.size() > kManyNames;
  view_.index_mask = (many ? kLargeSlots : kSmallSlots) - 1;
  // 413 names in 32768 slots: one salt in 13 has no collision at all. 10,000 names always have some.
  choose_salt(names, many ? 4 : 64);
  for (const auto& name : names) add(view_, name);
}

void SlotTable::collect() {
  for (std::uint32_t i = 0; i < view_.used_count; ++i) {
    Totals& totals = view_.slots[used_[i]].totals;
    collected_[i].sum += sum_of(totals);
    collected_[i].count += count_of(totals);
    totals.sum_and_count = 0;
  }
}

void SlotTable::append_to(Tallies& tallies) const {
  for (std::uint32_t i = 0; i < view_.used_count; ++i) {
    const Slot& slot = view_.slots[used_[i]];
    tallies.push_back({.name = std::string(slot.name, slot.length),
                       .sum = collected_[i].sum,
                       .count = collected_[i].count,
                       .min = slot.totals.min,
                       .max = -slot.totals.negated_max});
  }
}

}  // namespace hpct::onebrc
