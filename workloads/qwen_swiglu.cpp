// SPDX-License-Identifier: Apache-2.0
// The gate of the MLP, silu(gate) * up, of many tokens: one exponential and one division per element.
#include <algorithm>
#include <cmath>

#include "workloads/qwen/naive_kernels.h"
#include "workloads/qwen/row_problem.h"

namespace hpct {
namespace {

using namespace qwen;

std::vector<Parameter> parameters() { return row_parameters(2048); }

/// A row is the gates, then the ups.
void gate(std::int64_t count, const Kernels* kernels, const float* in, float* out) {
  if (kernels != nullptr) return kernels->silu_multiply(in, in + count, count, out);
  std::copy_n(in, count, out);
  naive::silu_multiply(in + count, count, out);
}

void expect(std::int64_t count, const float* in, double* out) {
  for (std::int64_t i = 0; i < count; ++i) {
    const double g = in[i];
    out[i] = g / (1.0 + std::exp(-g)) * static_cast<double>(in[count + i]);
  }
}

RowKernel kernel_of(const Shape& shape) {
  const auto count = shape.intermediate;
  return {
      .in = 2 * count,
      .out = count,
      .scale = 8.0F,
      .run = [count](const Kernels* kernels, const float* in, float* out) { gate(count, kernels, in, out); },
      .expected = [count](const float* in, double* out) { expect(count, in, out); },
      .flops = 4 * static_cast<double>(count),
      .flops_formula = "4 * f",
      .reference = "gate / (1 + exp(-gate)) * up in double precision"};
}

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  return make_row_workload(settings, kernel_of);
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_swiglu;
const WorkloadInfo qwen_swiglu{.name = "qwen-swiglu",
                               .summary = "the gate of Qwen2.5's MLP, silu(gate) * up, for many tokens",
                               .item = "row",
                               .parameters = parameters,
                               .variants = row_variants,
                               .make = make,
                               .small = "rows=128",
                               .reduce = reduce_rows};
}  // namespace workloads
}  // namespace hpct
