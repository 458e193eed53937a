// SPDX-License-Identifier: Apache-2.0
// Rotary position embedding of all query and key heads of many tokens, all at one position: each head is
// copied and turned.
#include <algorithm>
#include <complex>

#include "workloads/qwen/model.h"
#include "workloads/qwen/naive_kernels.h"
#include "workloads/qwen/row_problem.h"

namespace hpct {
namespace {

using namespace qwen;

constexpr std::int64_t kPosition = 1000;

std::vector<Parameter> parameters() { return row_parameters(16384); }

void turn(const Shape& shape, const RopeRow& row, const Kernels* kernels, const float* in, float* out) {
  const auto dim = shape.head_dim;
  for (std::int64_t head = 0; head < shape.heads + shape.kv_heads; ++head, in += dim, out += dim) {
    std::copy_n(in, dim, out);
    (kernels == nullptr ? naive::rope<float> : kernels->rope)(row.cosines.data(), row.sines.data(), dim / 2,
                                                              out);
  }
}

/// (x[i], x[i + h/2]) is a complex number, turned by position / theta^(2i/h).
void expect(const Shape& shape, const float* in, double* out) {
  const auto half = shape.head_dim / 2;
  for (std::int64_t head = 0; head < shape.heads + shape.kv_heads; ++head, in += 2 * half, out += 2 * half)
    for (std::int64_t i = 0; i < half; ++i) {
      const double power = static_cast<double>(i) / static_cast<double>(half);
      const double angle = static_cast<double>(kPosition) / std::pow(shape.rope_theta, power);
      const auto turned = std::complex<double>(in[i], in[i + half]) * std::polar(1.0, angle);
      out[i] = turned.real();
      out[i + half] = turned.imag();
    }
}

RowKernel kernel_of(const Shape& shape) {
  const auto row = rope_row(shape, kPosition);
  const auto size = (shape.heads + shape.kv_heads) * shape.head_dim;
  return {.in = size,
          .out = size,
          .scale = 3.0F,
          .run = [shape, row](const Kernels* kernels, const float* in,
                              float* out) { turn(shape, row, kernels, in, out); },
          .expected = [shape](const float* in, double* out) { expect(shape, in, out); },
          .flops = 3 * static_cast<double>(size),
          .flops_formula = "3 * (H + K) * h",
          .reference = "each pair turned as a complex number, in double precision"};
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  return make_row_workload(settings, kernel_of);
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_rope;
const WorkloadInfo qwen_rope{.name = "qwen-rope",
                             .summary = "rotary position embedding of Qwen2.5's heads, for many tokens",
                             .item = "row",
                             .parameters = parameters,
                             .variants = row_variants,
                             .make = make,
                             .small = "rows=512",
                             .reduce = reduce_rows};
}  // namespace workloads
}  // namespace hpct
