// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>

#include "workloads/kernels/onebrc/line.h"

// What the AVX2 and the AVX-512 kernel do with eight lines, one per cursor, in 256-bit registers: no wider
// ones on purpose, since while 512-bit instructions are under way one of the three vector ports is closed.
// In an unnamed namespace: each instruction set keeps its own copy.
//
// A row costs 29 instructions and, on one thread with 413 names, 8.6 cycles; 11.9 before the following, each
// measured with the others in place (an Emerald Rapids at 3.6 GHz, the same 200 kB again and again):
//   - sums are added one step late, so that while one step waits for its hashes the adds of the one before,
//     which wait for nothing, fill the time: 0.80 of the time. The instructions were fewer by then, but it
//     showed only with this: what could not start filled the scheduler;
//   - these adds stand between the hashes and the numbers rather than behind the step: 0.95;
//   - sum and count are one word and one scalar add, extremes one 32-bit lane, since vector ports are what is
//     short: both in one 128-bit word take 1.06 times as long;
//   - with AVX-512 a mask register cuts the key, in place of a mask that is loaded: 0.94. Two loads can be
//     executed per cycle here, and a row makes ten;
//   - the upper half of a key is added to the lower one before it is hashed, two lines to a register, and the
//     numbers of eight lines are decoded in one register: fewer instructions, little by themselves.
// What did not help: both halves of the adds in different places, prefetching (1.03), names compared one step
// late as well (1.0).
namespace hpct::onebrc {
namespace {

constexpr int kLines = Cursors::kCount;
constexpr int kHalf = kLines / 2;

inline __m256i load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
inline void store(void* to, __m256i value) { _mm256_store_si256(static_cast<__m256i*>(to), value); }

inline uint32_t bytes_equal(__m256i text, char byte) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8(byte))));
}

/// `so_far` with every bit set in which `a` and `b` differ.
inline __m256i with_difference(__m256i so_far, __m256i a, __m256i b) {
#ifdef __AVX512VL__
  return _mm256_ternarylogic_epi64(so_far, a, b, 0xf6);
#else
  return _mm256_or_si256(so_far, _mm256_xor_si256(a, b));
#endif
}

/// 32 when no bit is set. By hand: compilers clear the upper half of the result once more.
inline uint64_t trailing_zeros(uint32_t bits) {
  uint64_t count;
  asm("tzcntl %1, %k0" : "=r"(count) : "r"(bits) : "cc");
  return count;
}

#ifdef __AVX512VL__
/// The name up to its ';', then zeros; all 32 bytes when there is no ';' among them.
inline __m256i key_of(__m256i text) {
  const uint32_t semicolons = _mm256_cmpeq_epi8_mask(text, _mm256_set1_epi8(';'));
  return _mm256_maskz_mov_epi8(_blsmsk_u32(semicolons), text);
}
#else
/// 32 bytes of ones, then zeros: loaded at 31 - n it keeps the bytes 0..n. One byte in front for n = 32.
struct alignas(64) KeyMask {
  unsigned char in_front[64];
  unsigned char bytes[64];
};
constexpr KeyMask make_key_mask() {
  KeyMask mask{};
  for (auto& byte : mask.in_front) byte = 0xff;
  for (int i = 0; i < 32; ++i) mask.bytes[i] = 0xff;
  return mask;
}
constexpr KeyMask kKeyMask = make_key_mask();

/// The name up to its ';', then zeros; all 32 bytes when there is no ';' among them.
inline __m256i key_of(__m256i text) {
  return _mm256_and_si256(text, load(kKeyMask.bytes + 31 - trailing_zeros(bytes_equal(text, ';'))));
}
#endif

/// The line after this one; 33 bytes on when its newline is not among the first 32 bytes.
inline const char* next_line(const char* line, __m256i text) {
  return line + 1 + trailing_zeros(bytes_equal(text, '\n'));
}

/// What a step needs of the table, in registers: the compiler must think that writing totals can change the
/// rest.
struct Lookup {
  __m256i slots;
  __m256i salt;
  __m256i byte_mask;

  explicit Lookup(const Slots& table)
      : slots(_mm256_set1_epi64x(reinterpret_cast<long long>(table.slots))),
        salt(_mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table.salt)))),
        byte_mask(_mm256_set1_epi64x(static_cast<long long>(table.index_mask * sizeof(Slot)))) {}
};

#ifdef __AVX512VL__
// These can name all 32 registers.
inline __m256i lower_halves(__m256i a, __m256i b) { return _mm256_shuffle_i64x2(a, b, 0); }
inline __m256i upper_halves(__m256i a, __m256i b) { return _mm256_shuffle_i64x2(a, b, 3); }
#else
inline __m256i lower_halves(__m256i a, __m256i b) { return _mm256_permute2x128_si256(a, b, 0x20); }
inline __m256i upper_halves(__m256i a, __m256i b) { return _mm256_permute2x128_si256(a, b, 0x31); }
#endif

/// Two products for each of two keys, as hash_of_words() makes them.
inline __m256i hash_products(const Lookup& lookup, __m256i a, __m256i b) {
  const __m256i folded = _mm256_add_epi32(lower_halves(a, b), upper_halves(a, b));
  const __m256i salted = _mm256_add_epi32(folded, lookup.salt);
  return _mm256_mul_epu32(salted, _mm256_srli_epi64(salted, 32));
}

/// The addresses of the slots of four keys: of keys 0, 2, 1, 3.
inline __m256i slots_of(const Lookup& lookup, const __m256i* keys) {
  const __m256i a = hash_products(lookup, keys[0], keys[1]);
  const __m256i b = hash_products(lookup, keys[2], keys[3]);
  const __m256i hash = _mm256_add_epi64(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
  const __m256i offsets = _mm256_and_si256(_mm256_srli_epi64(hash, kHashShift - 6), lookup.byte_mask);
  return _mm256_add_epi64(lookup.slots, offsets);
}
constexpr int slot_of(int line) { return line / kHalf * kHalf + line % kHalf / 2 + line % 2 * 2; }

inline __m128i two_words(const char* first, const char* second) {
  const __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(first));
  return _mm_castpd_si128(_mm_loadh_pd(_mm_castsi128_pd(low), reinterpret_cast<const double*>(second)));
}

/// Word i: the five bytes before the newline of line i, the newline, two bytes more; `next`: the lines after.
/// Bytes 2 to 4 are ones, point, tenths; byte 1 is tens, '-' or ';'; byte 0 is '-', ';' or the end of the
/// name.
inline __m256i number_texts(const char* const* next) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(two_words(next[0] - 6, next[1] - 6)),
                                 two_words(next[2] - 6, next[3] - 6), 1);
}

/// Not zero in the word of every line whose end was not found.
inline __m256i lines_without_end(__m256i so_far, __m256i texts) {
  const __m256i byte5 = _mm256_and_si256(texts, _mm256_set1_epi64x(0xffLL << 40));
  return with_difference(so_far, byte5, _mm256_set1_epi64x(static_cast<long long>('\n') << 40));
}

/// Sixteen bytes, in both halves.
inline __m256i twice(char b0, char b1, char b2, char b3, char b4, char b5, char b6, char b7, char b8, char b9,
                     char b10, char b11, char b12, char b13, char b14, char b15) {
  return _mm256_broadcastsi128_si256(
      _mm_setr_epi8(b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15));
}

/// Sum over the four bytes of every 32-bit lane, byte times weight.
inline __m256i weighed(__m256i bytes, int weights) {
  return _mm256_madd_epi16(_mm256_maddubs_epi16(bytes, _mm256_set1_epi32(weights)), _mm256_set1_epi16(1));
}

/// The numbers in tenths, 32 bits each: those of `odd` in the odd lanes, those of `even` in the even ones.
inline __m256i tenths(__m256i even, __m256i odd) {
  constexpr char kNone = -128;
  // Bytes 0, 1, 2 and 4 of each text: sign, tens, ones, tenths.
  const __m256i to_even =
      twice(0, 1, 2, 4, kNone, kNone, kNone, kNone, 8, 9, 10, 12, kNone, kNone, kNone, kNone);
  const __m256i to_odd =
      twice(kNone, kNone, kNone, kNone, 0, 1, 2, 4, kNone, kNone, kNone, kNone, 8, 9, 10, 12);
  const __m256i text = _mm256_or_si256(_mm256_shuffle_epi8(even, to_even), _mm256_shuffle_epi8(odd, to_odd));
  // The shuffles look the low four bits up: 11 is ';', 13 is '-'. Bytes over 127, of names, become 0.
  const __m256i digits = _mm256_shuffle_epi8(twice(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0), text);
  const __m256i value = weighed(digits, 0x010a6400);  // 100, 10 and 1
  // Two for '-', none for ';', at most two for any byte of a name: 3 - 2 * tens - sign is below zero where
  // tens is '-', and where sign is '-' and tens a digit; where tens is ';', a '-' belongs to the name.
  const __m256i kinds = _mm256_shuffle_epi8(twice(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 2, 1, 1), text);
  const __m256i sign = weighed(kinds, 0x0003feff);
  return _mm256_sign_epi32(value, sign);
}

/// What the lines add to their Totals.
struct Changes {
  alignas(32) uint64_t sums[kLines];
  alignas(32) uint32_t extremes[kLines];
};
constexpr int extreme_of(int line) { return line % kHalf * 2 + line / kHalf; }

/// Lines 0 to 3 in the even lanes, 4 to 7 in the odd ones.
inline void store_changes(__m256i value, Changes& changes) {
  const __m256i one = _mm256_set1_epi64x(1);
  store(changes.sums, _mm256_or_si256(_mm256_slli_epi64(value, 32), one));
  store(changes.sums + kHalf, _mm256_blend_epi32(value, one, 0x55));
  const __m256i doubled =
      _mm256_shuffle_epi8(value, twice(0, 1, 0, 1, 4, 5, 4, 5, 8, 9, 8, 9, 12, 13, 12, 13));
  store(changes.extremes, _mm256_sign_epi16(doubled, _mm256_set1_epi32(static_cast<int>(0xffff0001))));
}

inline void add_change(Totals& totals, const Changes& changes, int line) {
  totals.sum_and_count += changes.sums[line];
  const __m128i old = _mm_loadu_si32(&totals.min);
  const __m128i by = _mm_loadu_si32(changes.extremes + extreme_of(line));
  _mm_storeu_si32(&totals.min, _mm_min_epi16(old, by));
}

/// What follows reads it from there: taking a register apart costs the ports that are short, a load does not.
template <class T>
inline void keep_in_memory(T& stored) {
  asm("" : "+m"(stored));
}

/// Eight lines looked up and read, nothing added yet.
struct Read {
  Changes changes;
  alignas(32) Slot* slots[kLines];
};

inline void add(const Read& read) {
#pragma GCC unroll 8
  for (int i = 0; i < kLines; ++i) add_change(read.slots[slot_of(i)]->totals, read.changes, i);
}

/// Adds one line, which was not in `slot`, where its hash points to, and returns the next one.
using AggregateOther = const char* (*)(Slots& table, Slot* slot, const char* line);

/// At least one line is not in its slot or has no end that was seen: all go one by one, and nothing is left
/// to be added.
template <AggregateOther aggregate_other>
__attribute__((noinline)) void add_one_by_one(Slots& table, const char* const* at, const char** next,
                                              Read& read) {
  for (int i = 0; i < kLines; ++i) {
    Slot* const slot = read.slots[slot_of(i)];
    const __m256i difference = _mm256_xor_si256(key_of(load(at[i])), load(slot->key));
    const bool is_here = slot->length != 0 && _mm256_testz_si256(difference, difference) != 0;
    next[i] = is_here ? add_number(slot->totals, at[i] + slot->length) : aggregate_other(table, slot, at[i]);
  }
  for (auto& slot : read.slots) slot = table.nowhere;
}

/// Reads the lines at `at`, finds their ends (`next`) and adds what was read `before`, if anything.
template <AggregateOther aggregate_other>
inline __attribute__((always_inline)) void step(Slots& table, const Lookup& lookup, const char* const* at,
                                                const char** next, Read& read, const Read* before) {
  __m256i keys[kLines];
  const char* ends[kLines];
#pragma GCC unroll 8
  for (int i = 0; i < kLines; ++i) {
    const __m256i text = load(at[i]);
    keys[i] = key_of(text);
    next[i] = ends[i] = next_line(at[i], text);
  }
  store(read.slots, slots_of(lookup, keys));
  store(read.slots + kHalf, slots_of(lookup, keys + kHalf));
  if (before != nullptr) add(*before);
  const __m256i low = number_texts(ends);
  const __m256i high = number_texts(ends + kHalf);
  store_changes(tenths(low, high), read.changes);
  keep_in_memory(read);
  __m256i difference = lines_without_end(lines_without_end(_mm256_setzero_si256(), low), high);
#pragma GCC unroll 8
  for (int i = 0; i < kLines; ++i)
    difference = with_difference(difference, keys[i], load(read.slots[slot_of(i)]->key));
  if (_mm256_testz_si256(difference, difference) == 0) [[unlikely]]
    add_one_by_one<aggregate_other>(table, at, next, read);
}

/// All lines but the last ones of each cursor.
template <AggregateOther aggregate_other>
inline void run_steps(Slots& table, Cursors& cursors) {
  const Lookup lookup(table);
  Read even;
  Read odd;
  const char* next[kLines];
  for (long steps = cursors.safe_steps(); steps > 1; steps = cursors.safe_steps()) {
    step<aggregate_other>(table, lookup, cursors.at, next, even, nullptr);
    step<aggregate_other>(table, lookup, next, cursors.at, odd, &even);
    for (long i = 2; i + 1 < steps; i += 2) {
      step<aggregate_other>(table, lookup, cursors.at, next, even, &odd);
      step<aggregate_other>(table, lookup, next, cursors.at, odd, &even);
    }
    add(odd);
  }
}

}  // namespace
}  // namespace hpct::onebrc
