// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/lanes256.h"
#include "workloads/kernels/qwen/prefetch.h"
#include "workloads/kernels/qwen_quant/groups.h"

/// The block formats in 256-bit vectors, over how products of bytes are added up: `Dot` has
///   q8_start(x), q8(start, w, x)                      products of signed bytes
///   q4_start(low, high), q4(start, nibbles, low, high)   nibbles less 8, in two halves; from zero: nibbles
/// each giving 8 sums in 32 bits; a start belongs to x and is shared by rows. Not in 512 bits even where
/// there are such: these loops wait for instructions, not for memory, and with 512-bit vectors in flight
/// a core has two vector units instead of three (measured: 0.80 of the memory rate instead of 0.98).
namespace hpct::qwen {
namespace {

inline __m128i load16(const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }
inline __m256i load32(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

inline uint32_t half_bits(const uint8_t* at) {
  Half bits;
  memcpy(&bits, at, sizeof bits);
  return bits;
}

inline __m128 widen_two(uint32_t halves) { return _mm_cvtph_ps(_mm_cvtsi32_si128(static_cast<int>(halves))); }

/// One row at a time: two streams 5168 bytes apart, as in the MLP of the small model, cost a sixth.
template <class Dot>
struct RowsQ8 {
  static constexpr int64_t kElements = kGroup;
  static constexpr int64_t kBytes = kBytesQ8;

  template <int>
  static void run(const uint8_t* row, RoundedVector x, int64_t columns, float* out) {
    __m256 sum = _mm256_setzero_ps();
    for (int64_t g = 0; g < columns / kGroup; ++g, row += kBytes) {
      prefetch(row);
      const __m256i values = load32(x.values + g * kGroup);
      const __m256i dot = Dot::q8(Dot::q8_start(values), load32(row + 2), values);
      const __m256 scale =
          _mm256_mul_ps(_mm256_broadcastss_ps(widen_two(half_bits(row))), _mm256_set1_ps(x.scales[g]));
      sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dot), scale, sum);
    }
    *out = sum_lanes(sum);
  }
};

/// Scales of two groups of weights times those of x, each in four lanes.
inline __m256 two_scales(const uint8_t* group, const float* x_scales) {
  const __m128 scales = widen_two(half_bits(group) | half_bits(group + kBytesQ4) << 16);
  const __m128 of_x = _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(x_scales)));
  const __m256 both = _mm256_castps128_ps256(_mm_mul_ps(scales, of_x));
  return _mm256_permutevar8x32_ps(both, _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1));
}

/// Two groups of x, arranged as the nibbles of both are: the low ones are the first halves of both, the high
/// ones the second.
struct TwoGroups {
  __m256i low;
  __m256i high;
  __m256 scales;  ///< four lanes for each group
};

inline TwoGroups two_groups(RoundedVector x, int64_t g) {
  const __m256i a = load32(x.values + g * kGroup);
  const __m256i b = load32(x.values + (g + 1) * kGroup);
  const __m128 scales = _mm_castsi128_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(x.scales + g)));
  return {
      _mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31),
      _mm256_permutevar8x32_ps(_mm256_castps128_ps256(scales), _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1))};
}

/// Two groups at once.
template <class Dot>
struct RowsQ4 {
  static constexpr int64_t kElements = kGroup;
  static constexpr int64_t kBytes = kBytesQ4;

  template <int kRows>
  static void run(const uint8_t* weights, RoundedVector x, int64_t columns, float* out) {
    const int64_t groups = columns / kGroup;
    __m256 sums[kRows];
    for (int r = 0; r < kRows; ++r) sums[r] = _mm256_setzero_ps();
    int64_t g = 0;
    for (; g + 2 <= groups; g += 2) {
      const TwoGroups both = two_groups(x, g);
      const __m256i start = Dot::q4_start(both.low, both.high);
      for (int r = 0; r < kRows; ++r) {
        const uint8_t* const group = weights + (r * groups + g) * kBytes;
        prefetch(group);
        const __m256i nibbles =
            _mm256_inserti128_si256(_mm256_castsi128_si256(load16(group + 2)), load16(group + kBytes + 2), 1);
        const __m256i dot = Dot::q4(start, nibbles, both.low, both.high);
        sums[r] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dot), two_scales(group, x.scales + g), sums[r]);
      }
    }
    for (int r = 0; r < kRows; ++r)
      out[r] = sum_lanes(sums[r]) + sum_groups<dot_q4, kBytes>(weights + r * groups * kBytes, x, g, groups);
  }
};

/// Blocks with a zero point: products of nibbles as they are; the zero point takes part once per block, with
/// the sum of the block's x, which is why that is needed in one lane only.
template <class Dot>
struct RowsG128 {
  static constexpr int64_t kElements = kBlockG128;
  static constexpr int64_t kBytes = kBytesG128;

  static __m256 products(const uint8_t* nibbles, const TwoGroups& x) {
    return _mm256_cvtepi32_ps(Dot::q4(_mm256_setzero_si256(), load32(nibbles), x.low, x.high));
  }

  template <int kRows>
  static void run(const uint8_t* weights, SummedVector x, int64_t columns, float* out) {
    const int64_t blocks = columns / kElements;
    __m256 sums[kRows];
    for (int r = 0; r < kRows; ++r) sums[r] = _mm256_setzero_ps();
    for (int64_t b = 0; b < blocks; ++b) {
      const TwoGroups first = two_groups(x.rounded, 4 * b);
      const TwoGroups second = two_groups(x.rounded, 4 * b + 2);
      const __m256 sum = _mm256_zextps128_ps256(_mm_load_ss(x.sums + b));
      for (int r = 0; r < kRows; ++r) {
        const uint8_t* const block = weights + (r * blocks + b) * kBytes;
        prefetch(block);
        prefetch(block + kBytes / 2);  // one for each block would leave out every 21st line
        __m256 dot = _mm256_mul_ps(products(block + 3, first), first.scales);
        dot = _mm256_fmadd_ps(products(block + 3 + kGroup, second), second.scales, dot);
        dot = _mm256_fnmadd_ps(_mm256_set1_ps(static_cast<float>(block[2])), sum, dot);
        sums[r] = _mm256_fmadd_ps(_mm256_broadcastss_ps(widen_two(half_bits(block))), dot, sums[r]);
      }
    }
    for (int r = 0; r < kRows; ++r) out[r] = sum_lanes(sums[r]);
  }
};

inline __m256i low_nibbles(__m256i bytes) { return _mm256_and_si256(bytes, _mm256_set1_epi8(15)); }
inline __m256i high_nibbles(__m256i bytes) { return low_nibbles(_mm256_srli_epi16(bytes, 4)); }

/// Without a dot product of bytes: products are summed by pairs into 16 bits, which holds as long as no sum
/// exceeds 32767: 2 * 128 * 127 for bytes (the sign of the weight is moved to x), 4 * 15 * 127 for nibbles.
struct PairSums {
  static __m256i wide(__m256i pairs) { return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)); }
  static __m256i q8_start(__m256i) { return _mm256_setzero_si256(); }
  static __m256i q8(__m256i, __m256i w, __m256i x) {
    return wide(_mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(x, w)));
  }
  static __m256i pairs(__m256i low_n, __m256i high_n, __m256i low, __m256i high) {
    return _mm256_add_epi16(_mm256_maddubs_epi16(low_n, low), _mm256_maddubs_epi16(high_n, high));
  }
  static __m256i q4_start(__m256i low, __m256i high) {
    const __m256i eight = _mm256_set1_epi8(8);
    return pairs(eight, eight, low, high);
  }
  static __m256i q4(__m256i start, __m256i nibbles, __m256i low, __m256i high) {
    return wide(_mm256_sub_epi16(pairs(low_nibbles(nibbles), high_nibbles(nibbles), low, high), start));
  }
};

}  // namespace
}  // namespace hpct::qwen
