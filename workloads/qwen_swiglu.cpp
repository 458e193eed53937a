// SPDX-License-Identifier: Apache-2.0
// The gate of the MLP, silu(gate) * up, of many tokens: one exponential and one division per element.
#include <algorithm>
#include <cmath>

#include "workloads/qwen/naive_kernels.h"
#include "workloads/qwen/row_problem.h"
#include "workloads/qwen/shape.h"

namespace hpct {
namespace {

using namespace qwen;

std::vector<Parameter> parameters() { return row_parameters(2048); }

std::vector<Variant> variants(const Settings&) { return variants_of(plain_methods()); }

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

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  const auto shape = shape_named(settings.text("model"));
  if (!shape) return tl::unexpected(shape.error());
  const auto count = shape->intermediate;
  return make_kernel_workload(
      make_row_problem({.rows = settings.integer("rows"),
                        .in = 2 * count,
                        .out = count,
                        .scale = 8.0F,
                        .run = [count](const Kernels* kernels, const float* in,
                                       float* out) { gate(count, kernels, in, out); },
                        .expected = [count](const float* in, double* out) { expect(count, in, out); },
                        .flops = 4 * static_cast<double>(count),
                        .flops_formula = "4 * f",
                        .reference = "gate / (1 + exp(-gate)) * up in double precision"},
                       static_cast<std::uint64_t>(settings.integer("seed"))),
      plain_methods(), settings);
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_swiglu;
const WorkloadInfo qwen_swiglu{.name = "qwen-swiglu",
                               .summary = "the gate of Qwen2.5's MLP, silu(gate) * up, for many tokens",
                               .item = "row",
                               .parameters = parameters,
                               .variants = variants,
                               .make = make,
                               .small = "rows=128",
                               .reduce = reduce_rows};
}  // namespace workloads
}  // namespace hpct
