// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_methods.h"

#include <string_view>

#include "workloads/qwen/bf16.h"
#include "workloads/qwen/kernel_tables.h"

namespace hpct::qwen {
namespace {

/// Weight(row, column) as a float.
template <class Weight>
void multiply(const MatrixProduct& product, Weight weight) {
  for (std::int64_t t = 0; t < product.tokens; ++t)
    for (std::int64_t r = 0; r < product.rows; ++r) {
      float sum = 0;
      for (std::int64_t c = 0; c < product.columns; ++c)
        sum += weight(r * product.columns + c) * product.x[t * product.columns + c];
      float& out = product.out[t * product.out_stride + r];
      out = product.add ? out + sum : sum;
    }
}

void multiply_bf16(const MatrixProduct& product) {
  multiply(product, [&](std::int64_t i) { return expand(static_cast<const Bf16*>(product.weights)[i]); });
}

void multiply_f32(const MatrixProduct& product) {
  multiply(product, [&](std::int64_t i) { return static_cast<const float*>(product.weights)[i]; });
}

void join(float scale, float part_scale, const float* part, std::int64_t count, float* sums) {
  for (std::int64_t i = 0; i < count; ++i) sums[i] = sums[i] * scale + part[i] * part_scale;
}

constexpr BatchKernels kNaive{"naive", false, multiply_bf16, join, multiply_f32};

}  // namespace

/// Products only where they are this instruction set's own: else it is no other way to compute a pass.
PassKernels pass_kernels(Isa isa) {
  const auto batch = isa == Isa::baseline ? std::string_view("scalar") : name_of(isa);
  return {best_kernels(all_qwen_kernels(), isa), find_kernels(all_qwen_batch_kernels(), batch),
          best_kernels(all_qwen_kv_kernels(), isa)};
}

PassKernels naive_pass_kernels() {
  auto kernels = pass_kernels(Isa::baseline);
  kernels.batch = &kNaive;
  return kernels;
}

bool takes_bytes(const BatchKernels& kernels, Format format) {
  if (kernels.round == nullptr) return false;
  return (format == Format::q8 && kernels.multiply_q8 != nullptr) ||
         (format == Format::q4 && kernels.multiply_q4 != nullptr);
}

Isa best_pass_isa(bool bytes) {
  for (const auto isa : {Isa::avx512_vnni, Isa::avx512, Isa::avx2, Isa::neon})
    if ((bytes || isa != Isa::avx512_vnni) && cpu_supports(isa) && pass_kernels(isa).built()) return isa;
  return Isa::baseline;
}

}  // namespace hpct::qwen
