// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_quant/rows256.h"

/// AVX2, FMA and F16C.
namespace hpct::qwen_quant_kernels {
namespace {

using namespace qwen;

inline __m256 load_half(const Half* from) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

template <int kRows>
inline void dot_f16(const Half* weights, const float* x, int64_t columns, float* out) {
  __m256 even[kRows];
  __m256 odd[kRows];
  for (int r = 0; r < kRows; ++r) even[r] = odd[r] = _mm256_setzero_ps();
  for (int64_t i = 0; i < columns; i += 32) {
    for (int r = 0; r < kRows; ++r) prefetch(weights + r * columns + i);
    for (int64_t k = i; k < i + 32; k += 16)
      for (int r = 0; r < kRows; ++r) {
        const Half* const row = weights + r * columns + k;
        even[r] = _mm256_fmadd_ps(load_half(row), _mm256_loadu_ps(x + k), even[r]);
        odd[r] = _mm256_fmadd_ps(load_half(row + 8), _mm256_loadu_ps(x + k + 8), odd[r]);
      }
  }
  for (int r = 0; r < kRows; ++r) out[r] = sum_lanes(_mm256_add_ps(even[r], odd[r]));
}

void matvec_f16(const void* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  const auto* const at = static_cast<const Half*>(weights);
  int64_t row = 0;
  for (; row + 2 <= rows; row += 2) dot_f16<2>(at + row * columns, x, columns, out + row);
  for (; row < rows; ++row) dot_f16<1>(at + row * columns, x, columns, out + row);
}

}  // namespace

extern const WeightKernels avx2;
const WeightKernels avx2{"avx2",
                         matvec_f32,
                         matvec_f16,
                         round,
                         by_rows<RowsQ8<PairSums>, 1>,
                         by_rows<RowsQ4<PairSums>, 2>,
                         by_rows_g128<RowsG128<PairSums>, 2>};

}  // namespace hpct::qwen_quant_kernels
