// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/onebrc/line.h"

// Eight lines per step, one per cursor. Two lines share a 64-byte register while names are found
// and compared; all eight share one while the hash and the number are computed. One branch per
// eight lines asks whether every name was in its slot and every line ended within 33 bytes.
namespace hpct::onebrc {
namespace {

constexpr int kLines = 8;
constexpr int kPairs = kLines / 2;

/// Names and line ends of eight lines.
struct Lines {
  __m512i key[kPairs];
  const char* newline[kLines];
};

inline __m512i load_pair(const char* first, const char* second) {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(first));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(second));
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

inline void find_names(const char* const* at, Lines& lines) {
#pragma GCC unroll 4
  for (int j = 0; j < kPairs; ++j) {
    const char* const first = at[2 * j];
    const char* const second = at[2 * j + 1];
    const __m512i text = load_pair(first, second);
    const uint64_t newlines = _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8('\n'));
    // Bit 31 keeps the subtraction below from borrowing out of the upper line.
    const uint64_t ends = _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8(';')) | 0x80000000U;
    const uint64_t name_bytes = ends ^ (ends - 0x0000000100000001ULL);  // through the first ';'
    lines.key[j] = _mm512_maskz_mov_epi8(name_bytes, text);
    lines.newline[2 * j] = first + _tzcnt_u32(static_cast<uint32_t>(newlines));
    lines.newline[2 * j + 1] = second + _tzcnt_u32(static_cast<uint32_t>(newlines >> 32));
  }
}

/// Lane i of the result belongs to line kHashLine[i].
constexpr int kHashLine[kLines] = {0, 2, 1, 3, 4, 6, 5, 7};

inline __m512i hash_products(__m512i key, __m512i salt) {
  const __m512i salted = _mm512_add_epi32(key, salt);
  return _mm512_mul_epu32(salted, _mm512_srli_epi64(salted, 32));
}

inline __m512i sum_neighbours(__m512i a, __m512i b) {
  return _mm512_add_epi64(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

inline __m512i slot_offsets(const Slots& table, const Lines& lines) {
  const __m512i salt =
      _mm512_broadcast_i64x4(_mm256_load_si256(reinterpret_cast<const __m256i*>(table.salt)));
  const __m512i low = sum_neighbours(hash_products(lines.key[0], salt), hash_products(lines.key[1], salt));
  const __m512i high = sum_neighbours(hash_products(lines.key[2], salt), hash_products(lines.key[3], salt));
  const __m512i hash =
      _mm512_add_epi64(_mm512_shuffle_i64x2(low, high, 0x88), _mm512_shuffle_i64x2(low, high, 0xdd));
  const auto byte_mask = static_cast<long long>(table.index_mask * sizeof(Slot));
  return _mm512_and_si512(_mm512_srli_epi64(hash, kHashShift - 6), _mm512_set1_epi64(byte_mask));
}

inline __m128i two_words(const char* first, const char* second) {
  const __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(first));
  return _mm_castpd_si128(_mm_loadh_pd(_mm_castsi128_pd(low), reinterpret_cast<const double*>(second)));
}

/// Word i: five bytes before the newline of line i, the newline, two bytes more. Bytes 2 to 4 are
/// ones, point, tenths; byte 1 is tens, '-' or ';'; byte 0 is '-', ';' or the end of the name.
inline __m512i number_texts(const Lines& lines) {
  const char* const* n = lines.newline;
  const __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(two_words(n[0] - 5, n[1] - 5)),
                                              two_words(n[2] - 5, n[3] - 5), 1);
  const __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(two_words(n[4] - 5, n[5] - 5)),
                                               two_words(n[6] - 5, n[7] - 5), 1);
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

inline __m512i tenths(__m512i text) {
  // The low four bits of '-', '.', ';' and newline are above 9: the shuffle turns them into 0.
  const __m512i digit_of =
      _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0));
  const __m512i weights = _mm512_set1_epi64(0x00000001000a6400LL);  // 100 * byte 1, 10 * byte 2, 1 * byte 4
  const __m512i products = _mm512_maddubs_epi16(_mm512_shuffle_epi8(digit_of, text), weights);
  const __m512i sums = _mm512_madd_epi16(products, _mm512_set1_epi16(1));
  const __m512i value =
      _mm512_and_si512(_mm512_add_epi64(sums, _mm512_srli_epi64(sums, 32)), _mm512_set1_epi64(0x3ff));
  const __m512i byte0 = _mm512_and_si512(text, _mm512_set1_epi64(0xff));
  const __m512i byte1 = _mm512_and_si512(text, _mm512_set1_epi64(0xff00));
  // A name may end in '-': then byte 1 is the ';' and the number has no sign.
  const __mmask8 two_digits = _mm512_cmpneq_epi64_mask(byte1, _mm512_set1_epi64(';' << 8));
  const __mmask8 negative = _mm512_mask_cmpeq_epi64_mask(two_digits, byte0, _mm512_set1_epi64('-')) |
                            _mm512_cmpeq_epi64_mask(byte1, _mm512_set1_epi64('-' << 8));
  return _mm512_mask_sub_epi64(value, negative, _mm512_setzero_si512(), value);
}

inline __mmask8 lines_without_end(__m512i text) {
  const __m512i byte5 = _mm512_and_si512(text, _mm512_set1_epi64(0xffLL << 40));
  return _mm512_cmpneq_epi64_mask(byte5, _mm512_set1_epi64(static_cast<long long>('\n') << 40));
}

/// What each line adds to its Totals, in the layout of Totals; line i is at kChangeOf(i).
struct Changes {
  alignas(64) Totals of[kLines];
};
constexpr int change_of(int line) { return line / 2 + (line % 2) * kPairs; }

inline void store_changes(__m512i value, Changes& changes) {
  const __m512i negated = _mm512_sub_epi64(_mm512_setzero_si512(), value);
  const __m512i min = _mm512_and_si512(_mm512_slli_epi64(value, 32), _mm512_set1_epi64(0xffffLL << 32));
  const __m512i rest =
      _mm512_or_si512(_mm512_or_si512(min, _mm512_slli_epi64(negated, 48)), _mm512_set1_epi64(1));
  _mm512_store_si512(&changes.of[0], _mm512_unpacklo_epi64(value, rest));
  _mm512_store_si512(&changes.of[kPairs], _mm512_unpackhi_epi64(value, rest));
}

inline void add_change(Totals& totals, const Totals& change) {
  auto* const target = reinterpret_cast<__m128i*>(&totals);
  const __m128i old = _mm_load_si128(target);
  const __m128i by = _mm_load_si128(reinterpret_cast<const __m128i*>(&change));
  // The add is right for sum and count, the minimum for the upper 32 bits.
  _mm_store_si128(target, _mm_blend_epi32(_mm_add_epi64(old, by), _mm_min_epi16(old, by), 8));
}

/// The lines, as a bit mask, whose name is not in its slot.
inline unsigned unknown_lines(const Lines& lines, Slot* const* slots) {
  unsigned unknown = 0;
#pragma GCC unroll 4
  for (int j = 0; j < kPairs; ++j) {
    const __m512i keys = load_pair(slots[2 * j]->key, slots[2 * j + 1]->key);
    const unsigned words = _mm512_cmpneq_epi64_mask(keys, lines.key[j]);
    unknown |= ((words & 0x0f) != 0 ? 1U : 0U) << (2 * j) | ((words & 0xf0) != 0 ? 2U : 0U) << (2 * j);
  }
  return unknown;
}

inline void add_changes(const char** at, const Lines& lines, Slot* const* slots, const Changes& changes) {
#pragma GCC unroll 8
  for (int i = 0; i < kLines; ++i) {
    add_change(slots[i]->totals, changes.of[change_of(i)]);
    at[i] = lines.newline[i] + 1;
  }
}

/// Some lines collide, are new, or are longer than the window: those go one by one, and what the
/// common path would do with them goes to a slot that nobody reads.
__attribute__((noinline)) void step_with_care(Slots& table, const char** at, const Lines& lines, Slot** slots,
                                              const Changes& changes, unsigned without_end) {
  Slot nowhere;
  const char* repeated[kLines];
  const unsigned bad = unknown_lines(lines, slots) | without_end;
  for (unsigned left = bad; left != 0; left &= left - 1) {
    const unsigned i = _tzcnt_u32(left);
    slots[i] = &nowhere;
    repeated[i] = at[i];
  }
  add_changes(at, lines, slots, changes);
  for (unsigned left = bad; left != 0; left &= left - 1) {
    const unsigned i = _tzcnt_u32(left);
    at[i] = aggregate_line(table, repeated[i]);
  }
}

inline void step(Slots& table, const char** at) {
  Lines lines;
  find_names(at, lines);
  alignas(64) uint64_t offsets[kLines];
  _mm512_store_si512(offsets, slot_offsets(table, lines));
  Slot* slots[kLines];
#pragma GCC unroll 8
  for (int i = 0; i < kLines; ++i)
    slots[kHashLine[i]] = reinterpret_cast<Slot*>(reinterpret_cast<char*>(table.slots) + offsets[i]);
  const __m512i texts = number_texts(lines);
  Changes changes;
  store_changes(tenths(texts), changes);

  __m512i difference = _mm512_setzero_si512();
#pragma GCC unroll 4
  for (int j = 0; j < kPairs; ++j) {
    const __m512i keys = load_pair(slots[2 * j]->key, slots[2 * j + 1]->key);
    difference = _mm512_ternarylogic_epi64(difference, keys, lines.key[j], 0xf6);  // a | (b ^ c)
  }
  const __mmask8 without_end = lines_without_end(texts);
  if ((_mm512_test_epi64_mask(difference, difference) | without_end) != 0) [[unlikely]] {
    step_with_care(table, at, lines, slots, changes, without_end);
    return;
  }
  add_changes(at, lines, slots, changes);
}

void aggregate(Slots& table, const char* begin, const char* end) {
  if (end - begin < kTooShortForCursors) return aggregate_lines(table, begin, end);
  Cursors cursors(begin, end);
  for (long steps = cursors.safe_steps(); steps > 0; steps = cursors.safe_steps())
    for (long i = 0; i < steps; ++i) step(table, cursors.at);
  cursors.finish(table);
}

}  // namespace

namespace kernels {
extern const Kernel avx512;
const Kernel avx512{"avx512", aggregate};
}  // namespace kernels

}  // namespace hpct::onebrc
