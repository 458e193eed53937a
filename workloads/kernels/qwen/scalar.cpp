// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen/elementwise.h"

/// Standard C++ only; sixteen partial sums let the compiler use the baseline's vectors.
namespace hpct::qwen_kernels {
namespace {

using qwen::Attend;
using qwen::kLanes;

float dot(const uint16_t* weights, const float* x, int64_t count) {
  float lanes[kLanes] = {};
  for (int64_t i = 0; i < count; i += kLanes)
    for (int lane = 0; lane < kLanes; ++lane) lanes[lane] += qwen::widen(weights[i + lane]) * x[i + lane];
  return qwen::total(lanes);
}

void matvec(const uint16_t* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  for (int64_t row = 0; row < rows; ++row) out[row] = dot(weights + row * columns, x, columns);
}

void scores(const Attend& part) {
  const float scale = qwen::score_scale(part.dim);
  for (int64_t p = 0; p < part.count; ++p)
    for (int64_t g = 0; g < part.group; ++g)
      part.scores[g * part.count + p] =
          scale * dot(part.keys + p * part.dim, part.queries + g * part.dim, part.dim);
}

void sums(const Attend& part) {
  for (int64_t i = 0; i < part.group * part.dim; ++i) part.sums[i] = 0;
  for (int64_t p = 0; p < part.count; ++p)
    for (int64_t g = 0; g < part.group; ++g) {
      const float weight = part.scores[g * part.count + p];
      float* const out = part.sums + g * part.dim;
      for (int64_t i = 0; i < part.dim; ++i) out[i] += weight * qwen::widen(part.values[p * part.dim + i]);
    }
}

void attend(const Attend& part) { qwen::attend_with(part, scores, sums); }

}  // namespace

extern const qwen::Kernels scalar;
const qwen::Kernels scalar{"scalar",        matvec, qwen::rmsnorm,       qwen::rope,  qwen::to_bf16,
                           qwen::from_bf16, attend, qwen::silu_multiply, qwen::argmax};

}  // namespace hpct::qwen_kernels
