// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

// What the kernels of all instruction sets share. Plain C types only: these headers are compiled
// with wide instruction sets, where an inline function of the standard library must not appear.
namespace hpct::onebrc {

/// Running result of one station, in tenths of a degree, over at most kLargestPiece of input: the sum in the
/// upper half of a word, the count in the lower one, so that one addition updates both. The smallest value
/// and the negated largest one lie side by side, so that one minimum of 16-bit lanes updates both.
struct Totals {
  uint64_t sum_and_count;
  int16_t min;
  int16_t negated_max;
};

constexpr int64_t sum_of(const Totals& totals) { return static_cast<int64_t>(totals.sum_and_count) >> 32; }
constexpr uint32_t count_of(const Totals& totals) { return static_cast<uint32_t>(totals.sum_and_count); }

/// A row is 6 bytes at least and a number 999 tenths at most: no sum leaves its 32 bits.
inline constexpr long kLargestPiece = 12L << 20;
static_assert(kLargestPiece / 6 * 999 < INT32_MAX);

inline constexpr unsigned kKeyBytes = 32;
inline constexpr long kLongestName = 100;
inline constexpr unsigned kHashShift = 24;  ///< the middle bits of the product sum mix best

/// One cache line of the hash table. A name of up to 31 bytes is its own key: the name, ';', zeros.
/// A longer one has a key that starts with ';', which no line of a legal file can produce.
struct alignas(64) Slot {
  char key[kKeyBytes];
  Totals totals;
  const char* name;  ///< points into the input
  uint32_t length;   ///< of the name; 0: the slot is free
};
static_assert(sizeof(Slot) == 64);

/// The view of a SlotTable that kernels work on. A key is hashed in two steps: its upper half is added to its
/// lower half, 32 bits at a time; the sum over the two 64-bit words of that is (low half + salt[2i]) * (high
/// half + salt[2i+1]), all modulo 2^32 before the product. The second step is the NH hash of Black et al.,
/// "UMAC: Fast and Secure Message Authentication" (CRYPTO 1999).
struct Slots {
  Slot* slots;
  uint64_t index_mask;
  alignas(16) uint32_t salt[4];
  uint32_t* used;  ///< indices of the slots in use, in the order they were added
  uint32_t used_count;
  Slot* nowhere;  ///< takes what no legal file has, so that a file that is overwritten while it is read harms
                  ///< nobody
};

/// The slot of the name [name, semicolon); adds it when it is new, `nowhere` when it is illegal. Never moves
/// slots. This is the slow path of every kernel: collisions, new names, names over 31 bytes.
Slot* find_or_add(Slots& table, const char* name, const char* semicolon);

/// One way to read lines into a table.
struct Kernel {
  const char* isa;
  /// [begin, end) holds whole legal lines, each with its newline, and at most kLargestPiece bytes; 128 bytes
  /// after `end` are readable, none in front of `begin` need be.
  void (*aggregate)(Slots& table, const char* begin, const char* end);
};

}  // namespace hpct::onebrc
