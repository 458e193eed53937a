// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/lanes256.h"
#include "workloads/kernels/qwen/prefetch.h"

/// Rows of 16-bit floats times a vector, in 256-bit vectors: `Load` says how 8 of them become floats.
namespace hpct::qwen {
namespace {

/// `kRows` rows at once, which share the loads of x. Two read memory as fast as a loop that only
/// loads them; four lose a tenth with the short rows of the small model.
template <class Load, int kRows>
inline void dot_rows(const uint16_t* weights, const float* x, int64_t columns, float* out) {
  __m256 even[kRows];
  __m256 odd[kRows];
  for (int r = 0; r < kRows; ++r) even[r] = odd[r] = _mm256_setzero_ps();
  for (int64_t i = 0; i < columns; i += 32) {
    for (int r = 0; r < kRows; ++r) prefetch(weights + r * columns + i);
    for (int64_t k = i; k < i + 32; k += 16) {
      const __m256 x0 = _mm256_loadu_ps(x + k);
      const __m256 x1 = _mm256_loadu_ps(x + k + 8);
      for (int r = 0; r < kRows; ++r) {
        const uint16_t* const row = weights + r * columns + k;
        even[r] = _mm256_fmadd_ps(Load::floats(row), x0, even[r]);
        odd[r] = _mm256_fmadd_ps(Load::floats(row + 8), x1, odd[r]);
      }
    }
  }
  for (int r = 0; r < kRows; ++r) out[r] = sum_lanes(_mm256_add_ps(even[r], odd[r]));
}

template <class Load>
inline void matvec16(const uint16_t* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  int64_t row = 0;
  for (; row + 2 <= rows; row += 2) dot_rows<Load, 2>(weights + row * columns, x, columns, out + row);
  for (; row < rows; ++row) dot_rows<Load, 1>(weights + row * columns, x, columns, out + row);
}

}  // namespace
}  // namespace hpct::qwen
