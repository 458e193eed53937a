// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen_batch/lanes512.h"
#include "workloads/kernels/qwen_batch/tiles.h"

namespace hpct::qwen {
namespace {

/// 24 sums, 4 rows and 1 token make 29 of 32 registers.
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
  static Vector load_half(const uint16_t* from) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
  template <int kCount>
  static void totals(const Vector* sums, float* out) {
    totals_of<kCount>(sums, out);
  }
};

}  // namespace
}  // namespace hpct::qwen
