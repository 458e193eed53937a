// SPDX-License-Identifier: Apache-2.0
// RMSNorm of many vectors: x / sqrt(mean(x^2) + epsilon) * gain.
#include <cmath>

#include "workloads/qwen/naive_kernels.h"
#include "workloads/qwen/row_problem.h"
#include "workloads/qwen/shape.h"

namespace hpct {
namespace {

using namespace qwen;

std::vector<Parameter> parameters() { return row_parameters(16384); }

std::vector<Variant> variants(const Settings&) { return variants_of(plain_methods()); }

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

Expected<std::unique_ptr<Workload>> make(const Settings& settings) {
  auto named = shape_named(settings.text("model"));
  if (!named) return tl::unexpected(named.error());
  const Shape shape = std::move(*named);
  const auto gain = gains(shape.hidden);
  const auto d = static_cast<double>(shape.hidden);
  return make_kernel_workload(
      make_row_problem(
          {.rows = settings.integer("rows"),
           .in = shape.hidden,
           .out = shape.hidden,
           .scale = 3.0F,
           .run =
               [shape, gain](const Kernels* kernels, const float* in, float* out) {
                 (kernels == nullptr ? naive::rmsnorm<float> : kernels->rmsnorm)(
                     in, gain.data(), shape.hidden, shape.norm_epsilon, out);
               },
           .expected = [shape, gain](const float* in, double* out) { expect(shape, gain, in, out); },
           .flops = 4 * d + 4,
           .flops_formula = "4 * d + 4",
           .reference = "x / sqrt(mean(x^2) + epsilon) * gain in double precision"},
          static_cast<std::uint64_t>(settings.integer("seed"))),
      plain_methods(), settings);
}

}  // namespace

namespace workloads {
extern const WorkloadInfo qwen_rmsnorm;
const WorkloadInfo qwen_rmsnorm{.name = "qwen-rmsnorm",
                                .summary = "the norm before each block of Qwen2.5, for many tokens",
                                .item = "row",
                                .parameters = parameters,
                                .variants = variants,
                                .make = make,
                                .small = "rows=512",
                                .reduce = reduce_rows};
}  // namespace workloads
}  // namespace hpct
