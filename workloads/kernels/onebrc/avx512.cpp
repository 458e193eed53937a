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

/// Words 0 to 7 or 8 to 15 of long_name_salt().
inline __m512i long_name_salts(unsigned first) {
  const __m512i numbers = _mm512_setr_epi64(1, 9, 17, 25, 33, 41, 49, 57);
  const __m512i positions = _mm512_add_epi64(numbers, _mm512_set1_epi64(8LL * first));
  return _mm512_mullo_epi64(positions, _mm512_set1_epi64(static_cast<long long>(0x9e3779b97f4a7c15ULL)));
}

inline __m512i digest_products(__m512i text, unsigned first) {
  const __m512i salted = _mm512_add_epi64(text, long_name_salts(first));
  return _mm512_mul_epu32(salted, _mm512_srli_epi64(salted, 32));
}

/// The first `count` bits.
inline uint64_t low_bits(unsigned count) {
  return count >= 64 ? ~uint64_t{0} : _bzhi_u64(~uint64_t{0}, count);
}

/// A line whose name is 28 to 100 bytes long, without a loop over its bytes: the name is in two registers.
/// Returns the next line.
__attribute__((noinline)) const char* aggregate_long_line(Slots& table, const char* line) {
  const __m512i front = _mm512_loadu_si512(line);
  const __m512i back = _mm512_loadu_si512(line + 64);
  const __m512i semicolon = _mm512_set1_epi8(';');
  const uint64_t in_front = _mm512_cmpeq_epi8_mask(front, semicolon);
  const uint64_t in_back = _mm512_cmpeq_epi8_mask(back, semicolon);
  const auto length = static_cast<unsigned>(in_front != 0 ? _tzcnt_u64(in_front) : 64 + _tzcnt_u64(in_back));
  if (length < kKeyBytes) return aggregate_line(table, line);
  const __mmask64 front_bytes = low_bits(length);
  const __mmask64 back_bytes = length <= 64 ? 0 : low_bits(length - 64);
  const unsigned words = (length + 7) / 8;
  const __m512i front_name = _mm512_maskz_mov_epi8(front_bytes, front);
  const __m512i back_name = _mm512_maskz_mov_epi8(back_bytes, back);
  const auto front_words = static_cast<__mmask8>(low_bits(words));
  const auto back_words = static_cast<__mmask8>(words <= 8 ? 0 : low_bits(words - 8));
  const __m512i products =
      _mm512_add_epi64(_mm512_maskz_mov_epi64(front_words, digest_products(front_name, 0)),
                       _mm512_maskz_mov_epi64(back_words, digest_products(back_name, 8)));
  const uint64_t digest = length + static_cast<uint64_t>(_mm512_reduce_add_epi64(products));
  for (Slot* slot = slot_at(table, hash_of_digest(table, digest)); slot->length != 0;
       slot = next_slot(table, slot)) {
    if (load_word(slot->key) != ';' || load_word(slot->key + 8) != digest || slot->length != length) continue;
    const __m512i known_front = _mm512_maskz_loadu_epi8(front_bytes, slot->name);
    const __m512i known_back = _mm512_maskz_loadu_epi8(back_bytes, slot->name + 64);
    const __m512i difference =
        _mm512_ternarylogic_epi64(_mm512_xor_si512(known_front, front_name), known_back, back_name, 0xf6);
    if (_mm512_test_epi64_mask(difference, difference) == 0) return add_number(slot->totals, line + length);
  }
  return add_number(find_or_add(table, line, line + length)->totals, line + length);
}

/// The slot of a name of up to 31 bytes that is not where its hash points, or nothing.
inline Slot* neighbour_of(const Slots& table, Slot* slot, __m256i key) {
  for (; slot->length != 0; slot = next_slot(table, slot)) {
    const __m256i other = _mm256_load_si256(reinterpret_cast<const __m256i*>(slot->key));
    if (_mm256_cmpneq_epi64_mask(other, key) == 0) return slot;
  }
  return nullptr;
}

inline __m256i key_of(const Lines& lines, unsigned line) {
  const __m512i pair = lines.key[line / 2];
  return line % 2 == 0 ? _mm512_castsi512_si256(pair) : _mm512_extracti64x4_epi64(pair, 1);
}

/// Some lines collide, are new, or are longer than the window. Those that collide are looked for further on;
/// the others are read one by one, and what the common path would do with them goes to a slot that nobody
/// reads.
__attribute__((noinline)) void step_with_care(Slots& table, const char** at, const Lines& lines, Slot** slots,
                                              const Changes& changes, unsigned without_end) {
  Slot nowhere;
  const char* again[kLines];
  unsigned alone = without_end;
  for (unsigned left = unknown_lines(lines, slots) & ~without_end; left != 0; left &= left - 1) {
    const unsigned i = _tzcnt_u32(left);
    Slot* const found = neighbour_of(table, slots[i], key_of(lines, i));
    if (found != nullptr)
      slots[i] = found;
    else
      alone |= 1U << i;
  }
  for (unsigned left = alone; left != 0; left &= left - 1) {
    const unsigned i = _tzcnt_u32(left);
    slots[i] = &nowhere;
    again[i] = at[i];
  }
  add_changes(at, lines, slots, changes);
  for (unsigned left = alone; left != 0; left &= left - 1) {
    const unsigned i = _tzcnt_u32(left);
    at[i] = aggregate_long_line(table, again[i]);
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

/// From so many names on, their slots no longer fit into the first-level cache.
constexpr uint32_t kManyNames = 512;

/// A step in two halves for tables that live in the second-level cache: the slots of the next eight lines
/// are asked for before the names of the last eight are compared, so that nothing waits for them, and a line
/// that must be read alone does not make the others wait, either. 10,000 names, one thread, busy machine, CPU
/// time per row: 11.5 ns one half after the other with long lines read by words, 10.3 with long lines read in
/// two registers, 7.6 with both. With 413 names it would cost 15 %: 3.7 ns becomes 4.3.
class ManyNames {
 public:
  explicit ManyNames(Slots& table) : table_(table) {}

  void run(const char** at, long steps) {
    look_up(at, stages_[0]);
    for (long i = 1; i < steps; ++i) {
      look_up(at, stages_[i & 1]);
      add(stages_[(i - 1) & 1]);
    }
    add(stages_[(steps - 1) & 1]);
  }

 private:
  struct Stage {
    Lines lines;
    const char* begin[kLines];
    Slot* slots[kLines];
    Changes changes;
    unsigned done;  ///< lines that were read already
  };

  __attribute__((noinline)) void look_up(const char** at, Stage& stage) {
    auto& [lines, begin, slots, changes, done] = stage;
    find_names(at, lines);
    alignas(64) uint64_t offsets[kLines];
    _mm512_store_si512(offsets, slot_offsets(table_, lines));
#pragma GCC unroll 8
    for (int i = 0; i < kLines; ++i) {
      slots[kHashLine[i]] = reinterpret_cast<Slot*>(reinterpret_cast<char*>(table_.slots) + offsets[i]);
      _mm_prefetch(reinterpret_cast<const char*>(slots[kHashLine[i]]), _MM_HINT_T0);
    }
    const __m512i texts = number_texts(lines);
    store_changes(tenths(texts), changes);
#pragma GCC unroll 8
    for (int i = 0; i < kLines; ++i) {
      begin[i] = at[i];
      at[i] = lines.newline[i] + 1;
    }
    done = lines_without_end(texts);
    for (unsigned left = done; left != 0; left &= left - 1) {
      const unsigned i = _tzcnt_u32(left);
      at[i] = aggregate_long_line(table_, begin[i]);
      slots[i] = &nowhere_;
    }
  }

  __attribute__((noinline)) void add(Stage& stage) {
    auto& [lines, begin, slots, changes, done] = stage;
    const unsigned unknown = unknown_lines(lines, slots) & ~done;
    for (unsigned left = unknown; left != 0; left &= left - 1) {
      const unsigned i = _tzcnt_u32(left);
      Slot* const found = neighbour_of(table_, slots[i], key_of(lines, i));
      if (found == nullptr) aggregate_line(table_, begin[i]);
      slots[i] = found != nullptr ? found : &nowhere_;
    }
#pragma GCC unroll 8
    for (int i = 0; i < kLines; ++i) add_change(slots[i]->totals, changes.of[change_of(i)]);
  }

  Slots& table_;
  Slot nowhere_{};  ///< takes what must not be counted
  Stage stages_[2];
};

/// Not in line, as its halves are not: the registers of one loop are too few for two.
__attribute__((noinline)) void aggregate_many(Slots& table, Cursors& cursors) {
  ManyNames names(table);
  for (long steps = cursors.safe_steps(); steps > 0; steps = cursors.safe_steps())
    names.run(cursors.at, steps);
  cursors.finish(table);
}

void aggregate(Slots& table, const char* begin, const char* end) {
  if (end - begin < kTooShortForCursors) return aggregate_lines(table, begin, end);
  Cursors cursors(begin, end);
  if (table.used_count > kManyNames) return aggregate_many(table, cursors);
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
