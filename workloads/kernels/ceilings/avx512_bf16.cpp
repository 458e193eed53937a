// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/ceilings/loops.h"

namespace hpct::ceiling_kernels {
namespace {

struct Bf16 {
  using Number = float;
  using Sums = __m512;
  static Sums start(int value) { return _mm512_set1_ps(static_cast<float>(value)); }
  static __m512bh all(double value) {
    const __m512 wide = _mm512_set1_ps(static_cast<float>(value));
    return _mm512_cvtne2ps_pbh(wide, wide);
  }
  static Sums dot(Sums sums, __m512bh a, __m512bh b) { return _mm512_dpbf16_ps(sums, a, b); }
};

constexpr PeakKernel kPeaks[]{{"dot.bf16", 64, ceiling_loops::dot<Bf16>, chain_sum(16, 2)}};

}  // namespace

extern const CeilingKernel avx512_bf16;
const CeilingKernel avx512_bf16{"avx512_bf16", "avx512_bf16", kPeaks, 1, nullptr, nullptr, nullptr, nullptr};

}  // namespace hpct::ceiling_kernels
