// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>

#include "workloads/kernels/qwen_batch/byte_tiles.h"

/// 8 rows of bytes without a dot product of bytes: products are summed by pairs into 16 bits. Two of a signed
/// byte fit (2 * 128 * 127; the weight's sign is moved to x, because one side is unsigned), and all eight
/// pairs of nibbles (16 * 15 * 127).
namespace hpct::qwen {
namespace {

struct EightRows {
  using Bytes = __m256i;
  using Floats = __m256;
  static constexpr int kRows = 8;
  static constexpr int kTokens = 4;

  static Floats zero() { return _mm256_setzero_ps(); }

  static __m256i two(const uint8_t* low, const uint8_t* high) {
    const __m256i first = _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(low)));
    return _mm256_inserti128_si256(first, _mm_loadu_si128(reinterpret_cast<const __m128i*>(high)), 1);
  }

  /// Vector i holds dword i of 16 bytes of each row.
  static void transpose(const uint8_t* from, const int32_t* offsets, __m256i* dwords) {
    __m256i rows[4];  // rows i, i + 4
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) rows[i] = two(from + offsets[i], from + offsets[i + 4]);
    const __m256i a = _mm256_unpacklo_epi32(rows[0], rows[1]);
    const __m256i b = _mm256_unpackhi_epi32(rows[0], rows[1]);
    const __m256i c = _mm256_unpacklo_epi32(rows[2], rows[3]);
    const __m256i d = _mm256_unpackhi_epi32(rows[2], rows[3]);
    dwords[0] = _mm256_unpacklo_epi64(a, c);
    dwords[1] = _mm256_unpackhi_epi64(a, c);
    dwords[2] = _mm256_unpacklo_epi64(b, d);
    dwords[3] = _mm256_unpackhi_epi64(b, d);
  }

  static void unpack_q8(const uint8_t* from, const int32_t* offsets, Bytes* dwords) {
    transpose(from, offsets, dwords);
    transpose(from + 16, offsets, dwords + 4);
  }

  static void unpack_q4(const uint8_t* from, const int32_t* offsets, Bytes* dwords) {
    transpose(from, offsets, dwords);
    const __m256i low = _mm256_set1_epi8(15);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      dwords[4 + i] = _mm256_and_si256(_mm256_srli_epi16(dwords[i], 4), low);
      dwords[i] = _mm256_and_si256(dwords[i], low);
    }
  }

  static Floats scales(const uint8_t* groups, const int32_t* offsets) {
    alignas(16) uint16_t bits[8];
    for (int r = 0; r < kRows; ++r) memcpy(bits + r, groups + offsets[r], sizeof *bits);
    return _mm256_cvtph_ps(_mm_load_si128(reinterpret_cast<const __m128i*>(bits)));
  }

  static __m256i broadcast(const int8_t* from) {
    int32_t word;
    memcpy(&word, from, sizeof word);
    return _mm256_set1_epi32(word);
  }

  static __m256i wide(__m256i pairs) { return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)); }

  template <int kCount>
  static void dots_q8(const Bytes* w, const int8_t* x, int64_t stride, const int32_t*, Bytes* sums) {
#pragma GCC unroll 4
    for (int t = 0; t < kCount; ++t) sums[t] = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (int i = 0; i < kDwords; ++i) {
      const __m256i magnitude = _mm256_abs_epi8(w[i]);
#pragma GCC unroll 4
      for (int t = 0; t < kCount; ++t) {
        const __m256i turned = _mm256_sign_epi8(broadcast(x + t * stride + 4 * i), w[i]);
        sums[t] = _mm256_add_epi32(sums[t], wide(_mm256_maddubs_epi16(magnitude, turned)));
      }
    }
  }

  template <int kCount>
  static void dots_q4(const Bytes* w, const int8_t* x, int64_t stride, const int32_t* minus_sums,
                      Bytes* sums) {
    __m256i pairs[kCount];
#pragma GCC unroll 4
    for (int t = 0; t < kCount; ++t) pairs[t] = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (int i = 0; i < kDwords; ++i)
#pragma GCC unroll 4
      for (int t = 0; t < kCount; ++t)
        pairs[t] = _mm256_add_epi16(pairs[t], _mm256_maddubs_epi16(w[i], broadcast(x + t * stride + 4 * i)));
#pragma GCC unroll 4
    for (int t = 0; t < kCount; ++t) {
      const __m256i start = _mm256_slli_epi32(_mm256_set1_epi32(minus_sums[t * (stride / kGroup)]), 3);
      sums[t] = _mm256_add_epi32(wide(pairs[t]), start);
    }
  }

  static Floats add_scaled(Floats sum, Bytes dots, Floats scales, float x_scale) {
    return _mm256_fmadd_ps(_mm256_cvtepi32_ps(dots), _mm256_mul_ps(scales, _mm256_set1_ps(x_scale)), sum);
  }

  static void store(Floats sums, float* out, int64_t rows, bool add) {
    alignas(32) float lanes[kRows];
    _mm256_store_ps(lanes, sums);
    for (int64_t r = 0; r < rows; ++r) out[r] = add ? out[r] + lanes[r] : lanes[r];
  }
};

}  // namespace
}  // namespace hpct::qwen
