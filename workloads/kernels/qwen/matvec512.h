// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/prefetch.h"

/// Rows of 16-bit floats times a vector, in 512-bit vectors: `Load` says how 16 of them become floats.
namespace hpct::qwen {
namespace {

struct Bf16Weights {
  static __m512 floats(const uint16_t* from) {
    const __m256i half = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
  }
};

/// `kRows` rows at once, which share the loads of x. Two read memory as fast as a loop that only
/// loads them; four lose a tenth with the short rows of the small model.
template <class Load, int kRows>
inline void dot_rows(const uint16_t* weights, const float* x, int64_t columns, float* out) {
  __m512 even[kRows];
  __m512 odd[kRows];
  for (int r = 0; r < kRows; ++r) even[r] = odd[r] = _mm512_setzero_ps();
  for (int64_t i = 0; i < columns; i += 32) {
    const __m512 x0 = _mm512_loadu_ps(x + i);
    const __m512 x1 = _mm512_loadu_ps(x + i + 16);
    for (int r = 0; r < kRows; ++r) {
      const uint16_t* const row = weights + r * columns + i;
      prefetch(row);
      even[r] = _mm512_fmadd_ps(Load::floats(row), x0, even[r]);
      odd[r] = _mm512_fmadd_ps(Load::floats(row + 16), x1, odd[r]);
    }
  }
  for (int r = 0; r < kRows; ++r) out[r] = _mm512_reduce_add_ps(_mm512_add_ps(even[r], odd[r]));
}

template <class Load>
inline void matvec16(const uint16_t* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  int64_t row = 0;
  for (; row + 2 <= rows; row += 2) dot_rows<Load, 2>(weights + row * columns, x, columns, out + row);
  for (; row < rows; ++row) dot_rows<Load, 1>(weights + row * columns, x, columns, out + row);
}

}  // namespace
}  // namespace hpct::qwen
