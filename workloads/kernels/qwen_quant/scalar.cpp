// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_quant/groups.h"

/// Standard C++ only.
namespace hpct::qwen_quant_kernels {
namespace {

using namespace qwen;

float dot_f16(const Half* weights, const float* x, int64_t count) {
  float lanes[kPartial] = {};
  for (int64_t i = 0; i < count; i += kPartial)
    for (int lane = 0; lane < kPartial; ++lane) lanes[lane] += widen_half(weights[i + lane]) * x[i + lane];
  float sum = 0;
  for (int lane = 0; lane < kPartial; ++lane) sum += lanes[lane];
  return sum;
}

void matvec_f16(const void* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  const auto* const at = static_cast<const Half*>(weights);
  for (int64_t row = 0; row < rows; ++row) out[row] = dot_f16(at + row * columns, x, columns);
}

template <DotOfGroup kDot, int64_t kBytes>
void matvec(const void* weights, RoundedVector x, int64_t rows, int64_t columns, float* out) {
  const auto* const at = static_cast<const uint8_t*>(weights);
  const int64_t groups = columns / kGroup;
  for (int64_t row = 0; row < rows; ++row)
    out[row] = sum_groups<kDot, kBytes>(at + row * groups * kBytes, x, 0, groups);
}

struct ScalarG128 {
  static constexpr int64_t kElements = kBlockG128;
  static constexpr int64_t kBytes = kBytesG128;

  static float dot(const uint8_t* block, SummedVector x, int64_t b) {
    float sum = 0;
    for (int64_t g = 0; g < kElements / kGroup; ++g) {
      const int64_t group = b * kElements / kGroup + g;
      sum += static_cast<float>(dot_nibbles(block + 3 + g * kGroup / 2, x.rounded.values + group * kGroup)) *
             x.rounded.scales[group];
    }
    return scale_of(block) * (sum - static_cast<float>(block[2]) * x.sums[b]);
  }

  template <int>
  static void run(const uint8_t* row, SummedVector x, int64_t columns, float* out) {
    float sum = 0;
    for (int64_t b = 0; b < columns / kElements; ++b) sum += dot(row + b * kBytes, x, b);
    *out = sum;
  }
};

}  // namespace

extern const WeightKernels scalar;
const WeightKernels scalar{"scalar",
                           matvec_f32,
                           matvec_f16,
                           round,
                           matvec<dot_q8, kBytesQ8>,
                           matvec<dot_q4, kBytesQ4>,
                           by_rows_g128<ScalarG128, 1>};

}  // namespace hpct::qwen_quant_kernels
