// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/ceilings/loops.h"

namespace hpct::ceiling_kernels {
namespace {

struct Int8 {
  using Number = int;
  using Sums = __m512i;
  static Sums start(int value) { return _mm512_set1_epi32(value); }
  static __m512i all(double value) { return _mm512_set1_epi8(static_cast<char>(value)); }
  static Sums dot(Sums sums, __m512i a, __m512i b) { return _mm512_dpbusd_epi32(sums, a, b); }
};

constexpr PeakKernel kPeaks[]{{"dot.int8", 128, ceiling_loops::dot<Int8>, chain_sum(16, 4)}};

}  // namespace

extern const CeilingKernel avx512_vnni;
const CeilingKernel avx512_vnni{"avx512_vnni", "avx512_vnni", kPeaks, 1, nullptr, nullptr, nullptr, nullptr};

}  // namespace hpct::ceiling_kernels
