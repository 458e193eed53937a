// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/onebrc/line.h"

// Eight lines per step, one per cursor, four at a time; one branch asks whether all eight names were in their
// slots. The registers have 256 bits on purpose: while 512-bit instructions are under way, port 1 takes no
// vector instruction, and this loop is bound by those ports and by the number of its instructions. Against
// two lines in a 512-bit register, 413 names, one thread, CPU time per row on a busy machine: 3.67 ns
// becomes 3.48 by the narrower registers and numbers in fewer instructions; 3.30 when the slow path gets
// nothing from the common one, which then keeps nothing in memory for it; 3.25 with the table's fields in
// registers; 2.97 with one branch for eight lines in place of one for four. What did not help: numbers read
// after the names are compared (3.07), slot addresses or changes passed through memory (3.2), two to eight
// sets of totals per station (nothing), a table of a half or a quarter of the slots (nothing, 2 % slower).
namespace hpct::onebrc {
namespace {

constexpr int kLines = 4;
constexpr int kNoNewline = 64;  ///< where the newline of a line is when it is not found

/// Names and line ends of four lines.
struct Lines {
  __m256i key[kLines];
  const char* newline[kLines];
  uint64_t newline_at;  ///< of all four: has bit 6 when one line's end was not found
};

inline __m256i load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

inline uint32_t bytes_equal(__m256i text, char byte) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8(byte))));
}

inline void find_names(const char* const* at, Lines& lines) {
  lines.newline_at = 0;
#pragma GCC unroll 4
  for (int i = 0; i < kLines; ++i) {
    const __m256i text = load(at[i]);
    const uint32_t ends = _mm256_cmpeq_epi8_mask(text, _mm256_set1_epi8(';'));
    lines.key[i] =
        _mm256_maskz_mov_epi8(_blsmsk_u32(ends), text);  // through the first ';', all when there is none
    const uint64_t newline = _tzcnt_u64(bytes_equal(text, '\n'));  // 64 when there is none
    lines.newline[i] = at[i] + newline;
    lines.newline_at |= newline;
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

/// Word i: the eight bytes before the newline of line i. Bytes 4 to 7 are tens, ones, point, tenths; byte 4
/// can be
/// '-' or ';' instead; byte 3 is '-', ';' or the end of the name.
inline __m256i number_texts(const Lines& lines) {
  const char* const* n = lines.newline;
  return _mm256_inserti128_si256(_mm256_castsi128_si256(two_words(n[0] - 8, n[1] - 8)),
                                 two_words(n[2] - 8, n[3] - 8), 1);
}

/// Tenths in the upper half of each word; the lower half is 0.
inline __m256i tenths(__m256i text) {
  // The low four bits of '-', '.' and ';' are above 9: the shuffle turns them into 0.
  const __m256i digit_of = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5,
                                            6, 7, 8, 9, 0, 0, 0, 0, 0, 0);
  const __m256i weights = _mm256_set1_epi64x(0x01000a6400000000LL);  // 100 * byte 4, 10 * byte 5, 1 * byte 7
  const __m256i products = _mm256_maddubs_epi16(_mm256_shuffle_epi8(digit_of, text), weights);
  const __m256i value = _mm256_madd_epi16(products, _mm256_set1_epi16(1));
  // Of '-', ';' and the digits only '-' has bit 4 clear, and only ';' has bits 1 and 3 set. A name may end in
  // '-': then byte 4 is the ';' and the number has no sign.
  const __m256i semicolon = _mm256_set1_epi64x(0x0aLL << 32);
  const __mmask8 two_digits = _mm256_cmpneq_epi64_mask(_mm256_and_si256(text, semicolon), semicolon);
  const __mmask8 negative = _mm256_mask_testn_epi64_mask(two_digits, text, _mm256_set1_epi64x(0x10LL << 24)) |
                            _mm256_testn_epi64_mask(text, _mm256_set1_epi64x(0x10LL << 32));
  return _mm256_mask_sub_epi64(value, negative, _mm256_setzero_si256(), value);
}

/// What each line adds to its Totals, in the layout of Totals: lines 0, 2, 1, 3.
struct Changes {
  alignas(32) Totals of[kLines];
};
constexpr int change_of(int line) { return line / 2 + (line % 2) * 2; }

inline void store_changes(__m256i value, Changes& changes) {
  // Words of 16 bits: 0, 0, value, value; then 1, 0, value, -value: count, minimum and negated maximum.
  const __m256i twice = _mm256_shuffle_epi8(
      value, _mm256_setr_epi8(-1, -1, -1, -1, 4, 5, 4, 5, -1, -1, -1, -1, 12, 13, 12, 13,  //
                              -1, -1, -1, -1, 4, 5, 4, 5, -1, -1, -1, -1, 12, 13, 12, 13));
  const __m256i flipped =
      _mm256_xor_si256(twice, _mm256_set1_epi64x(static_cast<long long>(0xffff000000000000ULL)));
  const __m256i rest =
      _mm256_sub_epi16(flipped, _mm256_set1_epi64x(static_cast<long long>(0xffff00000000ffffULL)));
  const __m256i sum = _mm256_srai_epi64(value, 32);
  auto* const target = reinterpret_cast<__m256i*>(changes.of);
  _mm256_store_si256(target, _mm256_unpacklo_epi64(sum, rest));
  _mm256_store_si256(target + 1, _mm256_unpackhi_epi64(sum, rest));
}

inline void add_change(Totals& totals, const Totals& change) {
  auto* const target = reinterpret_cast<__m128i*>(&totals);
  const __m128i old = _mm_load_si128(target);
  const __m128i by = _mm_load_si128(reinterpret_cast<const __m128i*>(&change));
  // The add is right for sum and count, the minimum for the upper 32 bits.
  _mm_store_si128(target, _mm_blend_epi32(_mm_add_epi64(old, by), _mm_min_epi16(old, by), 8));
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

/// Modulo 2^64; _mm512_reduce_add_epi64 adds signed numbers, whose overflow is undefined.
inline uint64_t sum_of_words(__m512i words) {
  const __m256i four = _mm256_add_epi64(_mm512_castsi512_si256(words), _mm512_extracti64x4_epi64(words, 1));
  const __m128i two = _mm_add_epi64(_mm256_castsi256_si128(four), _mm256_extracti128_si256(four, 1));
  return static_cast<uint64_t>(_mm_cvtsi128_si64(two)) + static_cast<uint64_t>(_mm_extract_epi64(two, 1));
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
  const uint64_t digest = length + sum_of_words(products);
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

/// At least one line is not in its slot or longer than the window: those go one by one. What the common path
/// knows about the lines is found again, so that it need not keep it in memory.
__attribute__((noinline)) void step_with_care(Slots& table, const char** at) {
  const Lookup lookup(table);
  Lines lines;
  find_names(at, lines);
  alignas(32) uint64_t offsets[kLines];
  _mm256_store_si256(reinterpret_cast<__m256i*>(offsets), slot_offsets(lookup, lines));
  Changes changes;
  store_changes(tenths(number_texts(lines)), changes);
  for (int i = 0; i < kLines; ++i) {
    Slot* const slot = lookup.at(offsets[i]);
    const bool ends = lines.newline[i] - at[i] != kNoNewline;
    Slot* const found = ends ? neighbour_of(table, slot, lines.key[i]) : nullptr;
    if (found != nullptr) {
      add_change(found->totals, changes.of[change_of(i)]);
      at[i] = lines.newline[i] + 1;
    } else {
      at[i] = aggregate_long_line(table, at[i]);
    }
  }
}

/// Names looked up and numbers read, nothing added yet.
struct Read {
  Lines lines;
  Changes changes;
  alignas(32) uint64_t offsets[kLines];
};

inline __m256i read(const Lookup& lookup, const char* const* at, Read& r) {
  find_names(at, r.lines);
  _mm256_store_si256(reinterpret_cast<__m256i*>(r.offsets), slot_offsets(lookup, r.lines));
  store_changes(tenths(number_texts(r.lines)), r.changes);
  __m256i difference = _mm256_setzero_si256();
#pragma GCC unroll 4
  for (int i = 0; i < kLines; ++i)
    difference =
        _mm256_ternarylogic_epi64(difference, r.lines.key[i], load(lookup.at(r.offsets[i])->key), 0xf6);
  return difference;
}

inline void add(const Lookup& lookup, const char** at, const Read& r) {
#pragma GCC unroll 4
  for (int i = 0; i < kLines; ++i) {
    add_change(lookup.at(r.offsets[i])->totals, r.changes.of[change_of(i)]);
    at[i] = r.lines.newline[i] + 1;
  }
}

inline void step(Slots& table, const Lookup& lookup, const char** at) {
  Read first;
  Read second;
  const __m256i a = read(lookup, at, first);
  const __m256i b = read(lookup, at + kLines, second);
  const __m256i difference = _mm256_or_si256(a, b);
  if (!_mm256_testz_si256(difference, difference) ||
      ((first.lines.newline_at | second.lines.newline_at) & kNoNewline) != 0) [[unlikely]] {
    step_with_care(table, at);
    step_with_care(table, at + kLines);
    return;
  }
  add(lookup, at, first);
  add(lookup, at + kLines, second);
}

/// From so many names on, their slots no longer fit into the first-level cache.
constexpr uint32_t kManyNames = 512;

/// A step in two halves for tables that live in the second-level cache: the slots of the next eight lines
/// are asked for before the names of the last eight are compared, so that nothing waits for them, and a line
/// that must be read alone does not make the others wait, either. 10,000 names, one thread, busy machine, CPU
/// time per row: 12.0 ns one half after the other, 7.8 like this.
class ManyNames {
 public:
  explicit ManyNames(Slots& table) : table_(table), lookup_(table) {}

  void run(const char** at, long steps) {
    look_up(at, stages_[0]);
    for (long i = 1; i < steps; ++i) {
      look_up(at, stages_[i & 1]);
      add(stages_[(i - 1) & 1]);
    }
    add(stages_[(steps - 1) & 1]);
  }

 private:
  static constexpr int kHalves = 2;
  static constexpr int kAll = kHalves * kLines;
  struct Stage {
    Read halves[kHalves];
    const char* begin[kAll];
    Slot* slots[kAll];
    unsigned done;  ///< lines that were read already
  };

  __attribute__((noinline)) void look_up(const char** at, Stage& stage) {
    stage.done = 0;
#pragma GCC unroll 2
    for (int h = 0; h < kHalves; ++h) look_up_half(at + h * kLines, stage, h);
    for (unsigned left = stage.done; left != 0; left &= left - 1) {
      const unsigned i = _tzcnt_u32(left);
      at[i] = aggregate_long_line(table_, stage.begin[i]);
      stage.slots[i] = &nowhere_;
    }
  }

  void look_up_half(const char** at, Stage& stage, int h) {
    Read& half = stage.halves[h];
    find_names(at, half.lines);
    _mm256_store_si256(reinterpret_cast<__m256i*>(half.offsets), slot_offsets(lookup_, half.lines));
#pragma GCC unroll 4
    for (int i = 0; i < kLines; ++i) {
      Slot* const slot = stage.slots[h * kLines + i] = lookup_.at(half.offsets[i]);
      _mm_prefetch(reinterpret_cast<const char*>(slot), _MM_HINT_T0);
    }
    store_changes(tenths(number_texts(half.lines)), half.changes);
#pragma GCC unroll 4
    for (int i = 0; i < kLines; ++i) {
      const auto length = static_cast<unsigned>(half.lines.newline[i] - at[i]);
      stage.done |= length / kNoNewline << (h * kLines + i);
      stage.begin[h * kLines + i] = at[i];
      at[i] = half.lines.newline[i] + 1;
    }
  }

  /// The lines, as a bit mask, whose name is not in its slot.
  static unsigned unknown_lines(const Stage& stage) {
    unsigned unknown = 0;
#pragma GCC unroll 8
    for (int i = 0; i < kAll; ++i) {
      const __m256i key = stage.halves[i / kLines].lines.key[i % kLines];
      unknown |= _mm256_cmpneq_epi64_mask(key, load(stage.slots[i]->key)) != 0 ? 1U << i : 0;
    }
    return unknown;
  }

  __attribute__((noinline)) void add(Stage& stage) {
    for (unsigned left = unknown_lines(stage) & ~stage.done; left != 0; left &= left - 1) {
      const unsigned i = _tzcnt_u32(left);
      const __m256i key = stage.halves[i / kLines].lines.key[i % kLines];
      Slot* const found = neighbour_of(table_, stage.slots[i], key);
      if (found == nullptr) aggregate_line(table_, stage.begin[i]);
      stage.slots[i] = found != nullptr ? found : &nowhere_;
    }
#pragma GCC unroll 8
    for (int i = 0; i < kAll; ++i)
      add_change(stage.slots[i]->totals, stage.halves[i / kLines].changes.of[change_of(i % kLines)]);
  }

  Slots& table_;
  Lookup lookup_;
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
  // The eight bytes before a newline are read: of a short first line some would lie before the text.
  begin = aggregate_line(table, begin);
  Cursors cursors(begin, end);
  if (table.used_count > kManyNames) return aggregate_many(table, cursors);
  const Lookup lookup(table);
  for (long steps = cursors.safe_steps(); steps > 0; steps = cursors.safe_steps()) {
    for (long i = 0; i < steps; ++i) {
      step(table, lookup, cursors.at);
    }
  }
  cursors.finish(table);
}

}  // namespace

namespace kernels {
extern const Kernel avx512;
const Kernel avx512{"avx512", aggregate};
}  // namespace kernels

}  // namespace hpct::onebrc
