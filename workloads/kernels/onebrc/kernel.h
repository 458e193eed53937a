// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

// What the kernels of all instruction sets share. Plain C types only: these headers are compiled
// with wide instruction sets, where an inline function of the standard library must not appear.
namespace hpct::onebrc {

/// Running result of one station, in tenths of a degree. The order lets one 128-bit word be
/// updated by one 64-bit add, one 16-bit minimum and one blend; that is why the largest value is
/// kept negated.
struct alignas(16) Totals {
  int64_t sum;
  uint32_t count;
  int16_t min;
  int16_t negated_max;
};

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
  uint32_t unused;
};
static_assert(sizeof(Slot) == 64);

/// The view of a SlotTable that kernels work on. The hash of a key is the sum over its four 64-bit
/// words of (low half + salt[2i]) * (high half + salt[2i+1]), all modulo 2^32 before the product:
/// the NH hash of Black et al., "UMAC: Fast and Secure Message Authentication" (CRYPTO 1999).
struct Slots {
  Slot* slots;
  uint64_t index_mask;
  alignas(32) uint32_t salt[8];
  uint64_t zero_tail[5];  ///< hash of the words i..3 when they are all zero
  uint32_t* used;         ///< indices of the slots in use, in the order they were added
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
  /// [begin, end) holds whole legal lines, each with its newline; 128 bytes after `end` are readable,
  /// none in front of `begin` need be.
  void (*aggregate)(Slots& table, const char* begin, const char* end);
};

}  // namespace hpct::onebrc
