// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/onebrc/line.h"

// Eight lines per step, one per cursor, four at a time; one branch asks whether all eight names were in their
// slots and all lines ended within 33 bytes. Two steps of four lines with a branch each took 1.14 times as long.
namespace hpct::onebrc {
namespace {

constexpr int kLines = 4;

struct Lines {
  __m256i key[kLines];
  const char* newline[kLines];
};

/// 33 bytes of ones, then zeros: loaded at 32 - n it keeps the bytes 0..n.
struct alignas(64) KeyMask {
  unsigned char bytes[64];
};
constexpr KeyMask make_key_mask() {
  KeyMask mask{};
  for (int i = 0; i < 33; ++i) mask.bytes[i] = 0xff;
  return mask;
}
constexpr KeyMask kKeyMask = make_key_mask();

inline __m256i load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

inline uint32_t bytes_equal(__m256i text, char byte) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8(byte))));
}

inline void find_names(const char* const* at, Lines& lines) {
#pragma GCC unroll 4
  for (int i = 0; i < kLines; ++i) {
    const __m256i text = load(at[i]);
    const uint32_t name_length = _tzcnt_u32(bytes_equal(text, ';'));  // 32 when there is none
    lines.key[i] = _mm256_and_si256(text, load(kKeyMask.bytes + 32 - name_length));
    lines.newline[i] = at[i] + _tzcnt_u32(bytes_equal(text, '\n'));
  }
}

inline __m256i hash_products(__m256i key, __m256i salt) {
  const __m256i salted = _mm256_add_epi32(key, salt);
  return _mm256_mul_epu32(salted, _mm256_srli_epi64(salted, 32));
}

inline __m256i sum_neighbours(__m256i a, __m256i b) {
  return _mm256_add_epi64(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
}

/// What a step needs of the table, in registers: the compiler must think that writing totals can change the
/// rest.
struct Lookup {
  char* slots;
  __m256i salt;
  __m256i byte_mask;

  explicit Lookup(const Slots& table)
      : slots(reinterpret_cast<char*>(table.slots)),
        salt(load(table.salt)),
        byte_mask(_mm256_set1_epi64x(static_cast<long long>(table.index_mask * sizeof(Slot)))) {}
  [[nodiscard]] Slot* at(uint64_t offset) const { return reinterpret_cast<Slot*>(slots + offset); }
};

inline __m256i slot_offsets(const Lookup& lookup, const Lines& lines) {
  const __m256i salt = lookup.salt;
  const __m256i low = sum_neighbours(hash_products(lines.key[0], salt), hash_products(lines.key[1], salt));
  const __m256i high = sum_neighbours(hash_products(lines.key[2], salt), hash_products(lines.key[3], salt));
  const __m256i hash = _mm256_add_epi64(_mm256_permute2x128_si256(low, high, 0x20),
                                        _mm256_permute2x128_si256(low, high, 0x31));
  return _mm256_and_si256(_mm256_srli_epi64(hash, kHashShift - 6), lookup.byte_mask);
}

inline __m128i two_words(const char* first, const char* second) {
  const __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(first));
  return _mm_castpd_si128(_mm_loadh_pd(_mm_castsi128_pd(low), reinterpret_cast<const double*>(second)));
}

/// Word i: five bytes before the newline of line i, the newline, two bytes more. Bytes 2 to 4 are
/// ones, point, tenths; byte 1 is tens, '-' or ';'; byte 0 is '-', ';' or the end of the name.
inline __m256i number_texts(const Lines& lines) {
  const char* const* n = lines.newline;
  return _mm256_inserti128_si256(_mm256_castsi128_si256(two_words(n[0] - 5, n[1] - 5)),
                                 two_words(n[2] - 5, n[3] - 5), 1);
}

inline __m256i masked_equal(__m256i text, long long mask, long long wanted) {
  return _mm256_cmpeq_epi64(_mm256_and_si256(text, _mm256_set1_epi64x(mask)), _mm256_set1_epi64x(wanted));
}

inline __m256i tenths(__m256i text) {
  // The low four bits of '-', '.', ';' and newline are above 9: the shuffle turns them into 0.
  const __m256i digit_of =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0));
  const __m256i weights = _mm256_set1_epi64x(0x00000001000a6400LL);  // 100 * byte 1, 10 * byte 2, 1 * byte 4
  const __m256i products = _mm256_maddubs_epi16(_mm256_shuffle_epi8(digit_of, text), weights);
  const __m256i sums = _mm256_madd_epi16(products, _mm256_set1_epi16(1));
  const __m256i value =
      _mm256_and_si256(_mm256_add_epi64(sums, _mm256_srli_epi64(sums, 32)), _mm256_set1_epi64x(0x3ff));
  // A name may end in '-': then byte 1 is the ';' and the number has no sign.
  const __m256i sign_first =
      _mm256_andnot_si256(masked_equal(text, 0xff00, ';' << 8), masked_equal(text, 0xff, '-'));
  const __m256i negative = _mm256_or_si256(sign_first, masked_equal(text, 0xff00, '-' << 8));
  return _mm256_sub_epi64(_mm256_xor_si256(value, negative), negative);
}

/// Not zero in the word of every line whose end was not found.
inline __m256i lines_without_end(__m256i text) {
  const __m256i byte5 = _mm256_and_si256(text, _mm256_set1_epi64x(0xffLL << 40));
  return _mm256_xor_si256(byte5, _mm256_set1_epi64x(static_cast<long long>('\n') << 40));
}

/// What each line adds to its Totals, in the layout of Totals: lines 0, 2, 1, 3.
struct Changes {
  alignas(32) Totals of[kLines];
};
constexpr int change_of(int line) { return line / 2 + (line % 2) * 2; }

inline void store_changes(__m256i value, Changes& changes) {
  const __m256i negated = _mm256_sub_epi64(_mm256_setzero_si256(), value);
  const __m256i min = _mm256_and_si256(_mm256_slli_epi64(value, 32), _mm256_set1_epi64x(0xffffLL << 32));
  const __m256i rest =
      _mm256_or_si256(_mm256_or_si256(min, _mm256_slli_epi64(negated, 48)), _mm256_set1_epi64x(1));
  auto* const target = reinterpret_cast<__m256i*>(changes.of);
  _mm256_store_si256(target, _mm256_unpacklo_epi64(value, rest));
  _mm256_store_si256(target + 1, _mm256_unpackhi_epi64(value, rest));
}

inline void add_change(Totals& totals, const Totals& change) {
  auto* const target = reinterpret_cast<__m128i*>(&totals);
  const __m128i old = _mm_load_si128(target);
  const __m128i by = _mm_load_si128(reinterpret_cast<const __m128i*>(&change));
  // The add is right for sum and count, the minimum for the upper 32 bits.
  _mm_store_si128(target, _mm_blend_epi32(_mm_add_epi64(old, by), _mm_min_epi16(old, by), 8));
}

/// Names looked up and numbers read, nothing added yet.
struct Read {
  Lines lines;
  Changes changes;
  alignas(32) uint64_t offsets[kLines];
};

/// Not zero when a line is not in its slot or its end was not found.
inline __m256i read(const Lookup& lookup, const char* const* at, Read& r) {
  find_names(at, r.lines);
  _mm256_store_si256(reinterpret_cast<__m256i*>(r.offsets), slot_offsets(lookup, r.lines));
  const __m256i texts = number_texts(r.lines);
  store_changes(tenths(texts), r.changes);
  __m256i difference = lines_without_end(texts);
#pragma GCC unroll 4
  for (int i = 0; i < kLines; ++i)
    difference =
        _mm256_or_si256(difference, _mm256_xor_si256(r.lines.key[i], load(lookup.at(r.offsets[i])->key)));
  return difference;
}

inline void add(const Lookup& lookup, const char** at, const Read& r) {
#pragma GCC unroll 4
  for (int i = 0; i < kLines; ++i) {
    add_change(lookup.at(r.offsets[i])->totals, r.changes.of[change_of(i)]);
    at[i] = r.lines.newline[i] + 1;
  }
}

/// Those lines go one by one. What the common path knows about them is found again, so that it need not keep
/// it in memory.
__attribute__((noinline)) void step_with_care(Slots& table, const char** at) {
  const Lookup lookup(table);
  Read r;
  read(lookup, at, r);
  for (int i = 0; i < kLines; ++i) {
    Slot* const slot = lookup.at(r.offsets[i]);
    const __m256i difference = _mm256_xor_si256(r.lines.key[i], load(slot->key));
    if (_mm256_testz_si256(difference, difference) != 0 && *r.lines.newline[i] == '\n') {
      add_change(slot->totals, r.changes.of[change_of(i)]);
      at[i] = r.lines.newline[i] + 1;
    } else {
      at[i] = aggregate_line(table, at[i]);
    }
  }
}

inline void step(Slots& table, const Lookup& lookup, const char** at) {
  Read first;
  Read second;
  const __m256i a = read(lookup, at, first);
  const __m256i b = read(lookup, at + kLines, second);
  const __m256i difference = _mm256_or_si256(a, b);
  if (_mm256_testz_si256(difference, difference) == 0) [[unlikely]] {
    if (_mm256_testz_si256(a, a) != 0)
      add(lookup, at, first);
    else
      step_with_care(table, at);
    if (_mm256_testz_si256(b, b) != 0)
      add(lookup, at + kLines, second);
    else
      step_with_care(table, at + kLines);
    return;
  }
  add(lookup, at, first);
  add(lookup, at + kLines, second);
}

void aggregate(Slots& table, const char* begin, const char* end) {
  if (end - begin < kTooShortForCursors) return aggregate_lines(table, begin, end);
  Cursors cursors(begin, end);
  const Lookup lookup(table);
  for (long steps = cursors.safe_steps(); steps > 0; steps = cursors.safe_steps()) {
    for (long i = 0; i < steps; ++i) step(table, lookup, cursors.at);
  }
  cursors.finish(table);
}

}  // namespace

namespace kernels {
extern const Kernel avx2;
const Kernel avx2{"avx2", aggregate};
}  // namespace kernels

}  // namespace hpct::onebrc
