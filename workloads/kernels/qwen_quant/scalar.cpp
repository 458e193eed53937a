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

}  // namespace

extern const WeightKernels scalar;
const WeightKernels scalar{
    "scalar", matvec_f32, matvec_f16, round, matvec<dot_q8, kBytesQ8>, matvec<dot_q4, kBytesQ4>};

}  // namespace hpct::qwen_quant_kernels
