// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/slot_table.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iterator>
#include <new>
#include <string_view>
#include <vector>

#include "workloads/onebrc/random.h"

namespace hpct::onebrc {
namespace {

constexpr std::size_t kSmallSlots = std::size_t{1} << 15;  // 2 MiB: one huge page, what a 2 MiB L2 can hold
constexpr std::size_t kLargeSlots = std::size_t{1} << 17;
constexpr std::size_t kManyNames = 1024;  // from here on the small table has too many collisions
constexpr std::size_t kHugePage = std::size_t{1} << 21;

/// Huge pages, because the lines of a few hundred names are spread over the whole table.
Slot* map_slots() {
  constexpr auto bytes = kLargeSlots * sizeof(Slot);
  void* const memory = std::aligned_alloc(kHugePage, bytes);
  if (memory == nullptr) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  ::madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  std::memset(memory, 0, bytes);
  return static_cast<Slot*>(memory);
}

std::uint64_t word_of(const char* key, unsigned i) {
  std::uint64_t word;
  std::memcpy(&word, key + 8 * i, sizeof word);
  return word;
}

std::uint64_t hash_of_word(const Slots& table, unsigned i, std::uint64_t word) {
  const auto low = static_cast<std::uint32_t>(word) + table.salt[2 * i];
  const auto high = static_cast<std::uint32_t>(word >> 32) + table.salt[2 * i + 1];
  return static_cast<std::uint64_t>(low) * high;
}

std::uint64_t hash_of_key(const Slots& table, const char* key) {
  std::uint64_t hash = 0;
  for (unsigned i = 0; i < 4; ++i) hash += hash_of_word(table, i, word_of(key, i));
  return hash;
}

/// A name and its slot key. The key of a long name is ';' and a digest, which only says where to
/// look: whether it is that name is decided by its bytes.
struct Name {
  std::string_view text;
  char key[kKeyBytes] = {};

  explicit Name(std::string_view name) : text(name) {
    if (is_long()) {
      key[0] = ';';
      const auto digest = std::hash<std::string_view>{}(name);
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

std::size_t free_index(const Slots& table, const char* key) {
  auto index = (hash_of_key(table, key) >> kHashShift) & table.index_mask;
  while (table.slots[index].length != 0) index = (index + 1) & table.index_mask;
  return index;
}

}  // namespace

Slot* find_or_add(Slots& table, const char* name, const char* semicolon) {
  const Name wanted(std::string_view(name, static_cast<std::size_t>(semicolon - name)));
  auto index = (hash_of_key(table, wanted.key) >> kHashShift) & table.index_mask;
  for (;; index = (index + 1) & table.index_mask) {
    Slot& slot = table.slots[index];
    if (slot.length == 0) break;
    if (wanted.is_in(slot)) return &slot;
  }
  Slot& slot = table.slots[index];
  std::memcpy(slot.key, wanted.key, kKeyBytes);
  slot.totals = {.sum = 0, .count = 0, .min = INT16_MAX, .negated_max = INT16_MAX};
  slot.name = name;
  slot.length = static_cast<std::uint32_t>(wanted.text.size());
  return &slot;
}

void SlotTable::Unmap::operator()(Slot* slots) const { std::free(slots); }

SlotTable::SlotTable() : memory_(map_slots()) {
  view_.slots = memory_.get();
  view_.index_mask = kSmallSlots - 1;
  set_salt(0);
}

void SlotTable::set_salt(std::uint64_t seed) {
  for (unsigned i = 0; i < 8; ++i) view_.salt[i] = static_cast<std::uint32_t>(random_bits(seed, i)) | 1;
  view_.zero_tail[4] = 0;
  for (unsigned i = 4; i-- > 0;) view_.zero_tail[i] = view_.zero_tail[i + 1] + hash_of_word(view_, i, 0);
}

void SlotTable::clear_used() {
  std::memset(static_cast<void*>(view_.slots), 0, (view_.index_mask + 1) * sizeof(Slot));
}

void SlotTable::reset() {
  clear_used();
  view_.index_mask = kSmallSlots - 1;
}

std::size_t SlotTable::displaced(const std::vector<Slot>& names, std::vector<bool>& taken) const {
  std::fill(taken.begin(), taken.end(), false);
  std::size_t count = 0;
  for (const auto& name : names) {
    const auto index = (hash_of_key(view_, name.key) >> kHashShift) & view_.index_mask;
    count += taken[index] ? 1 : 0;
    taken[index] = true;
  }
  return count;
}

void SlotTable::adapt() {
  std::vector<Slot> names;
  std::copy_if(view_.slots, view_.slots + view_.index_mask + 1, std::back_inserter(names),
               [](const Slot& slot) { return slot.length != 0; });
  clear_used();
  const bool many = names.size() > kManyNames;
  view_.index_mask = (many ? kLargeSlots : kSmallSlots) - 1;

  // 413 names in 32768 slots: one salt in 13 has no collision at all. 10,000 names always have some.
  const std::uint64_t tries = many ? 8 : 64;
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
  for (const auto& name : names) view_.slots[free_index(view_, name.key)] = name;
}

void SlotTable::append_to(Tallies& tallies) const {
  for (std::size_t i = 0; i <= view_.index_mask; ++i) {
    const Slot& slot = view_.slots[i];
    if (slot.length == 0) continue;
    tallies.push_back({.name = std::string(slot.name, slot.length),
                       .sum = slot.totals.sum,
                       .count = slot.totals.count,
                       .min = slot.totals.min,
                       .max = -slot.totals.negated_max});
  }
}

}  // namespace hpct::onebrc
