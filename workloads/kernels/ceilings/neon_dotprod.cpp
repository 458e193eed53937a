// SPDX-License-Identifier: Apache-2.0
#include <arm_neon.h>

#include "workloads/kernels/ceilings/loops.h"

namespace hpct::ceiling_kernels {
namespace {

struct Int8 {
  using Number = int;
  using Sums = int32x4_t;
  static Sums start(int value) { return vdupq_n_s32(value); }
  static int8x16_t all(double value) { return vdupq_n_s8(static_cast<signed char>(value)); }
  static Sums dot(Sums sums, int8x16_t a, int8x16_t b) { return vdotq_s32(sums, a, b); }
};

constexpr PeakKernel kPeaks[]{{"dot.int8", 32, ceiling_loops::dot<Int8>, chain_sum(4, 4)}};

}  // namespace

extern const CeilingKernel neon_dotprod;
const CeilingKernel neon_dotprod{"neon_dotprod", "neon_dotprod", kPeaks,  1,
                                 nullptr,        nullptr,        nullptr, nullptr};

}  // namespace hpct::ceiling_kernels
