// SPDX-License-Identifier: Apache-2.0
// RMSNorm of many vectors: x / sqrt(mean(x^2) + epsilon) * gain.
#include <cmath>

#include "workloads/qwen/naive_kernels.h"
#include "workloads/qwen/row_problem.h"

namespace hpct {
namespace {

using namespace qwen;

std::vector<Parameter> parameters() { return row_parameters(16384); }

void expect(const Shape& shape, const std::vector<float>& gain, const float* in, double* out) {
  double squares = 0;
  for (std::int64_t i = 0; i < shape.hidden; ++i)
    squares += static_cast<double>(in[i]) * static_cast<double>(in[i]);
  const double root =
      std::sqrt(squares / static_cast<double>(shape.hidden) + static_cast<double>(shape.norm_epsilon));
  for (std::int64_t i = 0; i < shape.hidden; ++i)
    out[i] = static_cast<double>(in[i]) * static_cast<double>(gain[static_cast<std::size_t>(i)]) / root;
}

std::vector<float> gains(std::int64_t size) {
  std::vector<float> gain;
  for (std::int64_t i = 0; i < size; ++i) gain.push_back(1.0F + 0.001F * static_cast<float>(i % 100));
  return gain;
}

RowKernel kernel_of(const Shape& shape) {
  const auto gain = gains(shape.hidden);
  const auto d = static_cast<double>(shape.hidden);
  return {.in = shape.hidden,
          .out = shape.hidden,
          .scale = 3.0F,
          .run =
              [shape, gain](const Kernels* kernels, const float* in, float* out) {
                (kernels == nullptr ? naive::rmsnorm<float> : kernels->rmsnorm)(in, gain.data(), shape.hidden,
                                                                                shape.norm_epsilon, out);
              },
          .expected = [shape, gain](const float* in, double* out) { expect(shape, gain, in, out); },
          .flops = 4 * d + 4,
          .flops_formula = "4 * d + 4",
          .reference = "x / sqrt(mean(x^2) + epsilon) * gain in double precision"};
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  return make_row_workload(settings, kernel_of);
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_rmsnorm;
const WorkloadInfo qwen_rmsnorm{.name = "qwen-rmsnorm",
                                .summary = "the norm before each block of Qwen2.5, for many tokens",
                                .item = "row",
                                .parameters = parameters,
                                .variants = row_variants,
                                .make = make,
                                .small = "rows=512",
                                .reduce = reduce_rows};
}  // namespace workloads
}  // namespace hpct
