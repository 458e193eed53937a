// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>

#include "workloads/kernels/qwen_batch/byte_tiles.h"
#include "workloads/kernels/transpose512.h"

/// 16 rows of bytes and VNNI: one instruction adds four products of an unsigned and a signed byte to 32 bits.
/// Weights are the unsigned ones, nibbles as they are and bytes with 128 added; the sum starts at what that
/// adds too much.
namespace hpct::qwen {
namespace {

struct SixteenRows {
  using Bytes = __m512i;
  using Floats = __m512;
  static constexpr int kRows = 16;
  static constexpr int kTokens = 8;

  static Floats zero() { return _mm512_setzero_ps(); }

  static __m128i load(const uint8_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }

  /// Vector i holds dword i of 16 bytes of each row.
  static void transpose(const uint8_t* from, const int32_t* offsets, __m512i* dwords) {
    __m512i rows[4];  // rows i, i + 4, i + 8, i + 12
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      rows[i] = _mm512_castsi128_si512(load(from + offsets[i]));
      rows[i] = _mm512_inserti32x4(rows[i], load(from + offsets[i + 4]), 1);
      rows[i] = _mm512_inserti32x4(rows[i], load(from + offsets[i + 8]), 2);
      rows[i] = _mm512_inserti32x4(rows[i], load(from + offsets[i + 12]), 3);
    }
    transpose4(rows[0], rows[1], rows[2], rows[3], dwords);
  }

  static void unpack_q8(const uint8_t* from, const int32_t* offsets, Bytes* dwords) {
    transpose(from, offsets, dwords);
    transpose(from + 16, offsets, dwords + 4);
    const __m512i offset = _mm512_set1_epi8(static_cast<char>(-128));
#pragma GCC unroll 8
    for (int i = 0; i < kDwords; ++i) dwords[i] = _mm512_xor_si512(dwords[i], offset);
  }

  static void unpack_q4(const uint8_t* from, const int32_t* offsets, Bytes* dwords) {
    transpose(from, offsets, dwords);
    const __m512i low = _mm512_set1_epi8(15);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      dwords[4 + i] = _mm512_and_si512(_mm512_srli_epi16(dwords[i], 4), low);
      dwords[i] = _mm512_and_si512(dwords[i], low);
    }
  }

  /// Four bytes from each row, of which the scale is the first two.
  static Floats scales(const uint8_t* groups, const int32_t* offsets) {
    const __m512i bits = _mm512_i32gather_epi32(_mm512_loadu_si512(offsets), groups, 1);
    return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(bits));
  }

  static __m512i broadcast(const int8_t* from) {
    int32_t word;
    memcpy(&word, from, sizeof word);
    return _mm512_set1_epi32(word);
  }

  template <int kCount, int kShift>
  static void dots(const Bytes* w, const int8_t* x, int64_t stride, const int32_t* minus_sums, Bytes* sums) {
#pragma GCC unroll 8
    for (int t = 0; t < kCount; ++t)
      sums[t] = _mm512_slli_epi32(_mm512_set1_epi32(minus_sums[t * (stride / kGroup)]), kShift);
#pragma GCC unroll 8
    for (int i = 0; i < kDwords; ++i)
#pragma GCC unroll 8
      for (int t = 0; t < kCount; ++t)
        sums[t] = _mm512_dpbusd_epi32(sums[t], w[i], broadcast(x + t * stride + 4 * i));
  }
  template <int kCount>
  static void dots_q8(const Bytes* w, const int8_t* x, int64_t stride, const int32_t* minus_sums,
                      Bytes* sums) {
    dots<kCount, 7>(w, x, stride, minus_sums, sums);
  }
  template <int kCount>
  static void dots_q4(const Bytes* w, const int8_t* x, int64_t stride, const int32_t* minus_sums,
                      Bytes* sums) {
    dots<kCount, 3>(w, x, stride, minus_sums, sums);
  }

  static Floats add_scaled(Floats sum, Bytes dots, Floats scales, float x_scale) {
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(dots), _mm512_mul_ps(scales, _mm512_set1_ps(x_scale)), sum);
  }

  static void store(Floats sums, float* out, int64_t rows, bool add) {
    const auto mask = static_cast<__mmask16>((1U << rows) - 1U);
    const __m512 before = add ? _mm512_maskz_loadu_ps(mask, out) : _mm512_setzero_ps();
    _mm512_mask_storeu_ps(out, mask, _mm512_add_ps(before, sums));
  }
};

}  // namespace
}  // namespace hpct::qwen
