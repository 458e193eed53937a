// SPDX-License-Identifier: Apache-2.0
#include <arm_neon.h>

#include "workloads/kernels/qwen_batch/tiles.h"

/// NEON: 24 sums, 4 rows and 1 token make 29 of 32 registers.
namespace hpct::qwen_batch_kernels {
namespace {

struct FourLanes {
  using Vector = float32x4_t;
  using Sums = float32x4_t;
  static constexpr int64_t kLanes = 4;
  static constexpr int kRows = 4;

  static Vector zero() { return vdupq_n_f32(0); }
  static Vector load(const float* from) { return vld1q_f32(from); }
  static Vector load(const uint16_t* from) { return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(from), 16)); }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return vfmaq_f32(c, a, b); }
  template <int kCount>
  static void totals(const Vector* sums, float* out) {
    for (int i = 0; i < kCount; ++i) out[i] = vaddvq_f32(sums[i]);
  }
};

}  // namespace

extern const qwen::BatchKernels neon;
const qwen::BatchKernels neon{"neon", false, qwen::multiply_floats<FourLanes>, qwen::join_parts};

}  // namespace hpct::qwen_batch_kernels
