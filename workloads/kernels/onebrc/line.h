// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/onebrc/kernel.h"

// One line at a time with 64-bit words: the whole scalar kernel, and what the vector kernels fall
// back to. In an unnamed namespace on purpose: each instruction set must keep its own copy.
// Words are little-endian, as on every machine this builds for.
namespace hpct::onebrc {
namespace {

inline uint64_t load_word(const char* from) {
  uint64_t word;
  __builtin_memcpy(&word, from, sizeof word);
  return word;
}

/// 0x80 in every byte that is ';', exact up to the first one (a borrow may spoil those above it).
inline uint64_t semicolons(uint64_t word) {
  const uint64_t zero_where_equal = word ^ 0x3b3b3b3b3b3b3b3bULL;
  return (zero_where_equal - 0x0101010101010101ULL) & ~zero_where_equal & 0x8080808080808080ULL;
}

inline uint64_t hash_word(const Slots& table, unsigned i, uint64_t word, uint64_t upper) {
  const uint32_t low = static_cast<uint32_t>(word) + static_cast<uint32_t>(upper) + table.salt[2 * i];
  const uint32_t high =
      static_cast<uint32_t>(word >> 32) + static_cast<uint32_t>(upper >> 32) + table.salt[2 * i + 1];
  return static_cast<uint64_t>(low) * high;
}

/// Of the four words of a key.
inline uint64_t hash_of_words(const Slots& table, const uint64_t* words) {
  return hash_word(table, 0, words[0], words[2]) + hash_word(table, 1, words[1], words[3]);
}

inline Slot* slot_at(const Slots& table, uint64_t hash) {
  return table.slots + ((hash >> kHashShift) & table.index_mask);
}

/// The first ';' at or after `from`; there must be one.
inline const char* find_semicolon(const char* from) {
  while (true) {
    const uint64_t hit = semicolons(load_word(from));
    if (hit != 0) return from + (static_cast<unsigned>(__builtin_ctzll(hit)) >> 3);
    from += 8;
  }
}

/// The salt of word i of a long name.
inline uint64_t long_name_salt(unsigned i) { return (8 * i + 1) * 0x9e3779b97f4a7c15ULL; }

/// 64 bits that depend on every byte of a name: NH again, with salts made from the position. Eight bytes
/// after the name must be readable; they do not count.
inline uint64_t long_name_digest(const char* name, unsigned length) {
  uint64_t digest = length;
  for (unsigned i = 0; 8 * i < length; ++i) {
    const unsigned left = length - 8 * i;
    const uint64_t used = left >= 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * left)) - 1;
    const uint64_t salted = (load_word(name + 8 * i) & used) + long_name_salt(i);
    digest += static_cast<uint64_t>(static_cast<uint32_t>(salted)) * (salted >> 32);
  }
  return digest;
}

inline bool equal_long_names(const char* a, const char* b, unsigned length) {
  for (unsigned at = 0; at + 8 < length; at += 8)
    if (load_word(a + at) != load_word(b + at)) return false;
  return load_word(a + length - 8) == load_word(b + length - 8);
}

struct NamedSlot {
  Slot* slot;
  const char* semicolon;
};

inline Slot* next_slot(const Slots& table, Slot* slot) {
  return slot == table.slots + table.index_mask ? table.slots : slot + 1;
}

inline uint64_t hash_of_digest(const Slots& table, uint64_t digest) {
  return hash_word(table, 0, ';', 0) + hash_word(table, 1, digest, 0);
}

inline Slot* long_name_slot(Slots& table, const char* name, const char* semicolon) {
  const auto length = static_cast<unsigned>(semicolon - name);
  const uint64_t digest = long_name_digest(name, length);
  for (Slot* slot = slot_at(table, hash_of_digest(table, digest)); slot->length != 0;
       slot = next_slot(table, slot))
    if (load_word(slot->key) == ';' && load_word(slot->key + 8) == digest && slot->length == length &&
        equal_long_names(slot->name, name, length))
      return slot;
  return find_or_add(table, name, semicolon);
}

/// `words`: the first `count` words of the key, up to the one with the ';'. Equal words up to
/// there are an equal name.
inline Slot* short_name_slot(Slots& table, const uint64_t* words, unsigned count, uint64_t hash,
                             const char* name, const char* semicolon) {
  for (Slot* slot = slot_at(table, hash); slot->length != 0; slot = next_slot(table, slot)) {
    uint64_t difference = 0;
    for (unsigned i = 0; i < count; ++i) difference |= words[i] ^ load_word(slot->key + 8 * i);
    if (difference == 0) return slot;
  }
  return find_or_add(table, name, semicolon);
}

inline NamedSlot slot_of_line(Slots& table, const char* line) {
  uint64_t words[4] = {};
  for (unsigned i = 0; i < 4; ++i) {
    const uint64_t word = load_word(line + 8 * i);
    const uint64_t hit = semicolons(word);
    words[i] = hit != 0 ? word & (hit ^ (hit - 1)) : word;  // drop what follows the ';'
    if (hit == 0) continue;
    const char* const semicolon = line + 8 * i + (static_cast<unsigned>(__builtin_ctzll(hit)) >> 3);
    return {short_name_slot(table, words, i + 1, hash_of_words(table, words), line, semicolon), semicolon};
  }
  const char* const semicolon = find_semicolon(line + kKeyBytes);
  return {long_name_slot(table, line, semicolon), semicolon};
}

inline void add_value(Totals& totals, int tenths) {
  totals.sum_and_count += (static_cast<uint64_t>(static_cast<int64_t>(tenths)) << 32) + 1;
  const auto value = static_cast<int16_t>(tenths);
  const auto negated = static_cast<int16_t>(-tenths);
  totals.min = value < totals.min ? value : totals.min;
  totals.negated_max = negated < totals.negated_max ? negated : totals.negated_max;
}

/// Adds the number behind the semicolon and returns the next line.
inline const char* add_number(Totals& totals, const char* semicolon) {
  const uint64_t text = load_word(semicolon + 1);
  // Digits have bit 4 set, '.' has not; the point is byte 1, 2 or 3.
  // The bit above them is for a file that somebody overwrites meanwhile: any result is as good then.
  const auto point_bit = static_cast<unsigned>(__builtin_ctzll((~text & 0x10101000U) | 1ULL << 28));
  const bool negative = (text & 0xff) == '-';
  // Point to byte 3, so that tens, ones and tenths are bytes 1, 2 and 4; no sign, no ASCII.
  const uint64_t unsigned_text = negative ? text & ~uint64_t{0xff} : text;
  const uint64_t digits = (unsigned_text << (28 - point_bit)) & 0x0f000f0f00ULL;
  // Brings 100 * tens, 10 * ones and tenths together at bit 32; no other product reaches bits 32 to 41.
  const auto magnitude = static_cast<int>((digits * ((100U << 24) + (10U << 16) + 1)) >> 32 & 0x3ff);
  add_value(totals, negative ? -magnitude : magnitude);
  return semicolon + 1 + (point_bit >> 3) + 3;
}

/// Adds the line to the table and returns the next line.
inline const char* aggregate_line(Slots& table, const char* line) {
  const auto [slot, semicolon] = slot_of_line(table, line);
  return add_number(slot->totals, semicolon);
}

/// Where the line after the one that contains `at` starts.
inline const char* after_newline(const char* at) {
  while (*at != '\n') ++at;
  return at + 1;
}

/// Several places of one piece that are read at the same time, so that the long chain from the
/// start of a line to the start of the next one overlaps with the chains of other lines.
struct Cursors {
  static constexpr int kCount = 8;
  static constexpr long kLongestLine = 100 + 1 + 5 + 1;
  const char* at[kCount];
  const char* end[kCount];

  Cursors(const char* begin, const char* piece_end) {
    const long part = (piece_end - begin) / kCount;
    at[0] = begin;
    for (int i = 1; i < kCount; ++i) {
      // The byte before may be the newline that ends the part before.
      const char* const start = after_newline(begin + i * part - 1);
      end[i - 1] = at[i] = start < piece_end ? start : piece_end;
    }
    end[kCount - 1] = piece_end;
  }

  /// So many lines can be read at every cursor without a look at its end.
  [[nodiscard]] long safe_steps() const {
    long bytes = end[0] - at[0];
    for (int i = 1; i < kCount; ++i) bytes = end[i] - at[i] < bytes ? end[i] - at[i] : bytes;
    return bytes < 0 ? 0 : bytes / kLongestLine;
  }

  void finish(Slots& table) {
    for (int i = 0; i < kCount; ++i)
      while (at[i] < end[i]) at[i] = aggregate_line(table, at[i]);
  }
};

/// A piece too short for eight parts of at least one line each.
constexpr long kTooShortForCursors = 4096;

inline void aggregate_lines(Slots& table, const char* begin, const char* end) {
  while (begin < end) begin = aggregate_line(table, begin);
}

}  // namespace
}  // namespace hpct::onebrc
