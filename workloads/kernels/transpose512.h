// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>

/// Transpositions of dwords. Internal linkage: each instruction set keeps its own copy.
namespace hpct {
namespace {

/// Of four rows: in each quarter of to[c], the dword c of that quarter in all of them.
inline void transpose4(__m512i r0, __m512i r1, __m512i r2, __m512i r3, __m512i* to) {
  const __m512i low01 = _mm512_unpacklo_epi32(r0, r1);
  const __m512i high01 = _mm512_unpackhi_epi32(r0, r1);
  const __m512i low23 = _mm512_unpacklo_epi32(r2, r3);
  const __m512i high23 = _mm512_unpackhi_epi32(r2, r3);
  to[0] = _mm512_unpacklo_epi64(low01, low23);
  to[1] = _mm512_unpackhi_epi64(low01, low23);
  to[2] = _mm512_unpacklo_epi64(high01, high23);
  to[3] = _mm512_unpackhi_epi64(high01, high23);
}

/// 16 rows of 16 dwords: to[c][r] = from[r][c]. `to` is aligned to 64 bytes.
template <class Dword>
inline void transpose16(const __m512i* from, Dword (*to)[16]) {
  __m512i quads[16];
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) transpose4(from[i], from[i + 1], from[i + 2], from[i + 3], quads + i);
#pragma GCC unroll 4
  for (int c = 0; c < 4; ++c) {
    const __m512i a = _mm512_shuffle_i32x4(quads[c], quads[4 + c], 0x88);
    const __m512i b = _mm512_shuffle_i32x4(quads[c], quads[4 + c], 0xDD);
    const __m512i p = _mm512_shuffle_i32x4(quads[8 + c], quads[12 + c], 0x88);
    const __m512i q = _mm512_shuffle_i32x4(quads[8 + c], quads[12 + c], 0xDD);
    _mm512_store_si512(to[c], _mm512_shuffle_i32x4(a, p, 0x88));
    _mm512_store_si512(to[4 + c], _mm512_shuffle_i32x4(b, q, 0x88));
    _mm512_store_si512(to[8 + c], _mm512_shuffle_i32x4(a, p, 0xDD));
    _mm512_store_si512(to[12 + c], _mm512_shuffle_i32x4(b, q, 0xDD));
  }
}

}  // namespace
}  // namespace hpct
