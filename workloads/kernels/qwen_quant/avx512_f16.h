// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>

#include "workloads/kernels/qwen_quant/rows256.h"

/// f16 rows in 512-bit vectors, as the bf16 kernels have them: two rows, which share the loads of x.
namespace hpct::qwen {
namespace {

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
