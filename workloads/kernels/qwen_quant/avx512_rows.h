// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>

#include "workloads/kernels/qwen_quant/groups.h"

/// The 512-bit loops, over how four products of bytes are added up: `Dot` has
///   add(sum, u, s)   sum of 16 lanes + four products each of unsigned u and signed s
///   q8_start(x), q8(start, w, x)   products of signed bytes; start is shared by the rows
/// Internal linkage: two files with different flags include this.
namespace hpct::qwen {
namespace {

constexpr int64_t kAhead = 4096;  ///< bytes to prefetch: a page, where the hardware's prefetchers stop

inline void prefetch(const void* at) { _mm_prefetch(static_cast<const char*>(at) + kAhead, _MM_HINT_T0); }

inline __m128i load16(const void* from) { return _mm_loadu_si128(static_cast<const __m128i*>(from)); }
inline __m256i load32(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
inline __m512i load64(const void* from) { return _mm512_loadu_si512(from); }

inline uint64_t half_bits(const uint8_t* at) {
  Half bits;
  memcpy(&bits, at, sizeof bits);
  return bits;
}

/// Scales of four groups of weights times those of x: four floats, in the low lanes.
template <int64_t kBytes>
inline __m512 four_scales(const uint8_t* group, const float* x_scales) {
  const uint64_t bits = half_bits(group) | half_bits(group + kBytes) << 16 |
                        half_bits(group + 2 * kBytes) << 32 | half_bits(group + 3 * kBytes) << 48;
  const __m128 scales = _mm_cvtph_ps(_mm_cvtsi64_si128(static_cast<long long>(bits)));
  return _mm512_castps128_ps512(_mm_mul_ps(scales, _mm_loadu_ps(x_scales)));
}

/// Two neighbouring groups as one vector.
inline __m512i two_groups(const uint8_t* group) {
  return _mm512_inserti64x4(_mm512_castsi256_si512(load32(group + 2)), load32(group + kBytesQ8 + 2), 1);
}

template <class Dot>
struct RowsQ8 {
  static constexpr int64_t kBytes = kBytesQ8;

  template <int kRows>
  static void run(const uint8_t* weights, RoundedVector x, int64_t columns, float* out) {
    const int64_t groups = columns / kGroup;
    const __m512i lower = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
    const __m512i upper = _mm512_setr_epi32(2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    __m512 sums[kRows];
    for (int r = 0; r < kRows; ++r) sums[r] = _mm512_setzero_ps();
    int64_t g = 0;
    for (; g + 4 <= groups; g += 4) {
      const __m512i x0 = load64(x.values + g * kGroup);
      const __m512i x1 = load64(x.values + g * kGroup + 64);
      const __m512i start0 = Dot::q8_start(x0);
      const __m512i start1 = Dot::q8_start(x1);
      for (int r = 0; r < kRows; ++r) {
        const uint8_t* const group = weights + (r * groups + g) * kBytes;
        prefetch(group);
        prefetch(group + 64);
        const __m512 scales = four_scales<kBytes>(group, x.scales + g);
        const __m512i dot0 = Dot::q8(start0, two_groups(group), x0);
        const __m512i dot1 = Dot::q8(start1, two_groups(group + 2 * kBytes), x1);
        sums[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot0), _mm512_permutexvar_ps(lower, scales), sums[r]);
        sums[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot1), _mm512_permutexvar_ps(upper, scales), sums[r]);
      }
    }
    for (int r = 0; r < kRows; ++r)
      out[r] = _mm512_reduce_add_ps(sums[r]) +
               sum_groups<dot_q8, kBytes>(weights + r * groups * kBytes, x, g, groups);
  }
};

/// The 16 bytes of four neighbouring groups as one vector: low nibbles are the first half of each group.
inline __m512i four_groups(const uint8_t* group) {
  __m512i all = _mm512_castsi128_si512(load16(group + 2));
  all = _mm512_inserti32x4(all, load16(group + kBytesQ4 + 2), 1);
  all = _mm512_inserti32x4(all, load16(group + 2 * kBytesQ4 + 2), 2);
  return _mm512_inserti32x4(all, load16(group + 3 * kBytesQ4 + 2), 3);
}

template <class Dot>
struct RowsQ4 {
  static constexpr int64_t kBytes = kBytesQ4;

  template <int kRows>
  static void run(const uint8_t* weights, RoundedVector x, int64_t columns, float* out) {
    const int64_t groups = columns / kGroup;
    const __m512i spread = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    const __m512i mask = _mm512_set1_epi8(15);
    const __m512i eight = _mm512_set1_epi8(8);
    __m512 sums[kRows];
    for (int r = 0; r < kRows; ++r) sums[r] = _mm512_setzero_ps();
    int64_t g = 0;
    for (; g + 4 <= groups; g += 4) {
      const __m512i a = load64(x.values + g * kGroup);
      const __m512i b = load64(x.values + g * kGroup + 64);
      const __m512i low = _mm512_shuffle_i64x2(a, b, 0x88);   // first halves of the four groups
      const __m512i high = _mm512_shuffle_i64x2(a, b, 0xDD);  // second halves
      const __m512i zero = _mm512_setzero_si512();
      const __m512i start = _mm512_sub_epi32(zero, Dot::add(Dot::add(zero, eight, low), eight, high));
      for (int r = 0; r < kRows; ++r) {
        const uint8_t* const group = weights + (r * groups + g) * kBytes;
        prefetch(group);
        const __m512i bytes = four_groups(group);
        const __m512i first = _mm512_and_si512(bytes, mask);
        const __m512i second = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), mask);
        const __m512i dot = Dot::add(Dot::add(start, first, low), second, high);
        const __m512 scales = _mm512_permutexvar_ps(spread, four_scales<kBytes>(group, x.scales + g));
        sums[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot), scales, sums[r]);
      }
    }
    for (int r = 0; r < kRows; ++r)
      out[r] = _mm512_reduce_add_ps(sums[r]) +
               sum_groups<dot_q4, kBytes>(weights + r * groups * kBytes, x, g, groups);
  }
};

inline __m512 load_half(const Half* from) { return _mm512_cvtph_ps(load32(from)); }

template <int kRows>
inline void dot_f16(const Half* weights, const float* x, int64_t columns, float* out) {
  __m512 even[kRows];
  __m512 odd[kRows];
  for (int r = 0; r < kRows; ++r) even[r] = odd[r] = _mm512_setzero_ps();
  for (int64_t i = 0; i < columns; i += 32) {
    const __m512 x0 = _mm512_loadu_ps(x + i);
    const __m512 x1 = _mm512_loadu_ps(x + i + 16);
    for (int r = 0; r < kRows; ++r) {
      const Half* const row = weights + r * columns + i;
      prefetch(row);
      even[r] = _mm512_fmadd_ps(load_half(row), x0, even[r]);
      odd[r] = _mm512_fmadd_ps(load_half(row + 16), x1, odd[r]);
    }
  }
  for (int r = 0; r < kRows; ++r) out[r] = _mm512_reduce_add_ps(_mm512_add_ps(even[r], odd[r]));
}

void matvec_f16(const void* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  const auto* const at = static_cast<const Half*>(weights);
  int64_t row = 0;
  for (; row + 2 <= rows; row += 2) dot_f16<2>(at + row * columns, x, columns, out + row);
  for (; row < rows; ++row) dot_f16<1>(at + row * columns, x, columns, out + row);
}

}  // namespace
}  // namespace hpct::qwen
