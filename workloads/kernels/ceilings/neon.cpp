// SPDX-License-Identifier: Apache-2.0
#include <arm_neon.h>

#include "workloads/kernels/ceilings/loops.h"

namespace hpct::ceiling_kernels {
namespace {

struct Fp32 {
  using Number = float;
  using Vector = float32x4_t;
  static Vector all(float value) { return vdupq_n_f32(value); }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return vfmaq_f32(c, a, b); }
};

struct Fp64 {
  using Number = double;
  using Vector = float64x2_t;
  static Vector all(double value) { return vdupq_n_f64(value); }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return vfmaq_f64(c, a, b); }
};

constexpr PeakKernel kPeaks[]{{"fma.fp32", 8, ceiling_loops::multiply_add<Fp32>, chain_sum(4, 1)},
                              {"fma.fp64", 4, ceiling_loops::multiply_add<Fp64>, chain_sum(2, 1)}};

}  // namespace

extern const CeilingKernel neon;
const CeilingKernel neon{"neon", "neon", kPeaks, 2, nullptr, nullptr, nullptr, nullptr};

}  // namespace hpct::ceiling_kernels
