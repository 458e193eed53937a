// SPDX-License-Identifier: Apache-2.0
#include <arm_neon.h>

#include "workloads/kernels/onebrc/line.h"

// One line per cursor and turn, eight cursors in turn: what of one line waits for a load or for the branch on
// its name overlaps with the next seven lines. NEON has no mask registers; a comparison is narrowed to four
// bits per byte, which one 64-bit word holds for 16 bytes.
namespace hpct::onebrc {
namespace {

/// The first 32 bytes of a line up to its ';', zeros behind it, and where the ';' is.
struct Name {
  uint8x16_t front;
  uint8x16_t back;
  unsigned length;  ///< 32: there is no ';' among them
};

/// 33 bytes of ones, then zeros: loaded at 32 - n it keeps the bytes 0..n.
struct alignas(64) KeyMask {
  uint8_t bytes[64];
};
constexpr KeyMask make_key_mask() {
  KeyMask mask{};
  for (int i = 0; i < 33; ++i) mask.bytes[i] = 0xff;
  return mask;
}
constexpr KeyMask kKeyMask = make_key_mask();

inline uint8x16_t load(const void* from) { return vld1q_u8(static_cast<const uint8_t*>(from)); }

/// Four bits per byte that is ';'.
inline uint64_t semicolon_nibbles(uint8x16_t text) {
  const uint8x16_t equal = vceqq_u8(text, vdupq_n_u8(';'));
  return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(equal), 4)), 0);
}

inline Name find_name(const char* line) {
  const uint8x16_t front = load(line);
  const uint8x16_t back = load(line + 16);
  const uint64_t in_front = semicolon_nibbles(front);
  const uint64_t in_back = semicolon_nibbles(back);
  const unsigned behind = in_back == 0 ? 32 : 16 + static_cast<unsigned>(__builtin_ctzll(in_back)) / 4;
  const unsigned length = in_front == 0 ? behind : static_cast<unsigned>(__builtin_ctzll(in_front)) / 4;
  const uint8_t* const mask = kKeyMask.bytes + 32 - length;
  return {vandq_u8(front, load(mask)), vandq_u8(back, load(mask + 16)), length};
}

/// The same as hash_of_words() makes of the four words.
inline uint64_t hash_of(const Slots& table, const Name& name) {
  const uint32x4_t folded = vaddq_u32(vreinterpretq_u32_u8(name.front), vreinterpretq_u32_u8(name.back));
  const uint32x4_t salted = vaddq_u32(folded, vld1q_u32(table.salt));
  const uint32x4_t halves = vuzp1q_u32(salted, vextq_u32(salted, salted, 1));  // low, low, high, high
  return vaddvq_u64(vmull_u32(vget_low_u32(halves), vget_high_u32(halves)));
}

inline bool is_in(const Slot& slot, const Name& name) {
  const uint8x16_t difference =
      vorrq_u8(veorq_u8(name.front, load(slot.key)), veorq_u8(name.back, load(slot.key + 16)));
  return vmaxvq_u32(vreinterpretq_u32_u8(difference)) == 0;
}

/// Adds the line to the table and returns the next line. A free slot has a key of zeros, which no name has.
inline const char* aggregate_line_by_vectors(Slots& table, const char* line) {
  const Name name = find_name(line);
  Slot* slot = slot_at(table, hash_of(table, name));
  if (name.length == kKeyBytes || !is_in(*slot, name)) [[unlikely]]
    return aggregate_line(table, line);
  return add_number(slot->totals, line + name.length);
}

void aggregate(Slots& table, const char* begin, const char* end) {
  if (end - begin < kTooShortForCursors) return aggregate_lines(table, begin, end);
  Cursors cursors(begin, end);
  for (long steps = cursors.safe_steps(); steps > 0; steps = cursors.safe_steps())
    for (long i = 0; i < steps; ++i)
      for (auto& at : cursors.at) at = aggregate_line_by_vectors(table, at);
  cursors.finish(table);
}

}  // namespace

namespace kernels {
extern const Kernel neon;
const Kernel neon{"neon", aggregate};
}  // namespace kernels

}  // namespace hpct::onebrc
