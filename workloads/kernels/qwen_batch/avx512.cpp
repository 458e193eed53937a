// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_batch/lanes512.h"
#include "workloads/kernels/qwen_batch/tiles.h"

/// AVX-512: 24 sums, 4 rows and 1 token make 29 of 32 registers.
namespace hpct::qwen_batch_kernels {
namespace {

struct SixteenLanes {
  using Vector = __m512;
  using Sums = __m512;
  static constexpr int64_t kLanes = 16;
  static constexpr int kRows = 4;

  static Vector zero() { return _mm512_setzero_ps(); }
  static Vector load(const float* from) { return _mm512_loadu_ps(from); }
  static Vector load(const uint16_t* from) {
    const __m256i half = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
  }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
  template <int kCount>
  static void totals(const Vector* sums, float* out) {
    qwen::totals_of<kCount>(sums, out);
  }
};

}  // namespace

extern const qwen::BatchKernels avx512;
const qwen::BatchKernels avx512{"avx512", false, qwen::multiply_floats<SixteenLanes>, qwen::join_parts};

}  // namespace hpct::qwen_batch_kernels
