// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>

/// What the 512-bit kernels share. Internal linkage: each instruction set keeps its own copy.
namespace hpct::qwen {
namespace {

/// Lane i of the result is the sum of the lanes of v[i]: 16 vectors, each summed in the same order.
inline __m512 sum_each(const __m512* v) {
  __m512 quads[4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    const __m512* const a = v + 4 * i;
    const __m512 p = _mm512_add_ps(_mm512_unpacklo_ps(a[0], a[1]), _mm512_unpackhi_ps(a[0], a[1]));
    const __m512 q = _mm512_add_ps(_mm512_unpacklo_ps(a[2], a[3]), _mm512_unpackhi_ps(a[2], a[3]));
    const __m512d low = _mm512_unpacklo_pd(_mm512_castps_pd(p), _mm512_castps_pd(q));
    const __m512d high = _mm512_unpackhi_pd(_mm512_castps_pd(p), _mm512_castps_pd(q));
    quads[i] = _mm512_add_ps(_mm512_castpd_ps(low), _mm512_castpd_ps(high));
  }
  const auto fold = [](__m512 a, __m512 b) {
    return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xDD));
  };
  return fold(fold(quads[0], quads[1]), fold(quads[2], quads[3]));
}

/// Lanes past kCount are zero and not stored.
template <int kCount>
inline void totals_of(const __m512* sums, float* out) {
#pragma GCC unroll 2
  for (int first = 0; first < kCount; first += 16) {
    __m512 sixteen[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i)
      sixteen[i] = first + i < kCount ? sums[first + i < kCount ? first + i : 0] : _mm512_setzero_ps();
    const int here = kCount - first < 16 ? kCount - first : 16;
    _mm512_mask_storeu_ps(out + first, static_cast<__mmask16>((1U << here) - 1U), sum_each(sixteen));
  }
}

}  // namespace
}  // namespace hpct::qwen
