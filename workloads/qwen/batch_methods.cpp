// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_methods.h"

#include <span>
#include <string_view>

#include "workloads/qwen/bf16.h"

namespace hpct {
std::span<const qwen::Kernels* const> all_qwen_kernels();
std::span<const qwen::BatchKernels* const> all_qwen_batch_kernels();
}  // namespace hpct

namespace hpct::qwen {
namespace {

template <class Table>
const Table* find(std::span<const Table* const> tables, std::string_view isa) {
  for (const auto* table : tables)
    if (table->isa == isa) return table;
  return nullptr;
}

void multiply(const MatrixProduct& product) {
  for (std::int64_t t = 0; t < product.tokens; ++t)
    for (std::int64_t r = 0; r < product.rows; ++r) {
      float sum = 0;
      for (std::int64_t c = 0; c < product.columns; ++c)
        sum += expand(product.weights[r * product.columns + c]) * product.x[t * product.columns + c];
      float& out = product.out[t * product.out_stride + r];
      out = product.add ? out + sum : sum;
    }
}

void join(float scale, float part_scale, const float* part, std::int64_t count, float* sums) {
  for (std::int64_t i = 0; i < count; ++i) sums[i] = sums[i] * scale + part[i] * part_scale;
}

constexpr BatchKernels kNaive{"naive", false, multiply, join};

}  // namespace

PassKernels pass_kernels(Isa isa) {
  const auto batch = isa == Isa::baseline ? std::string_view("scalar") : name_of(isa);
  const auto plain = isa == Isa::avx512_bf16 ? name_of(Isa::avx512) : batch;
  return {find(all_qwen_kernels(), plain), find(all_qwen_batch_kernels(), batch)};
}

PassKernels naive_pass_kernels() { return {pass_kernels(Isa::baseline).plain, &kNaive}; }

Isa best_pass_isa() {
  for (const auto isa : {Isa::avx512, Isa::avx2, Isa::neon})
    if (cpu_supports(isa) && pass_kernels(isa).built()) return isa;
  return Isa::baseline;
}

}  // namespace hpct::qwen
