// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/qwen_batch/bytes256.h"

/// AVX2, FMA and F16C: 12 sums, 2 rows and 1 token make 15 of 16 registers.
namespace hpct::qwen_batch_kernels {
namespace {

using namespace qwen;

struct EightLanes {
  using Vector = __m256;
  using Sums = __m256;
  static constexpr int64_t kLanes = 8;
  static constexpr int kRows = 2;

  static Vector zero() { return _mm256_setzero_ps(); }
  static Vector load(const float* from) { return _mm256_loadu_ps(from); }
  static Vector load(const uint16_t* from) {
    const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
  }
  static Vector load_half(const uint16_t* from) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }

  /// The upper half added to the lower, then neighbours twice: the same order for each sum.
  template <int kCount>
  static void totals(const Vector* sums, float* out) {
    for (int i = 0; i < kCount; ++i) {
      const __m128 four = _mm_add_ps(_mm256_castps256_ps128(sums[i]), _mm256_extractf128_ps(sums[i], 1));
      const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
      out[i] = _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
    }
  }
};

}  // namespace

extern const BatchKernels avx2;
const BatchKernels avx2{"avx2",
                        false,
                        multiply_floats<EightLanes>,
                        join_parts,
                        multiply_floats<EightLanes, FloatRows>,
                        multiply_floats<EightLanes, HalfRows>,
                        multiply_bytes<EightRows, RowsOfBytes<EightRows>>,
                        multiply_bytes<EightRows, RowsOfNibbles<EightRows>>,
                        round_rows};

}  // namespace hpct::qwen_batch_kernels
