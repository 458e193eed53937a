// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_product.h"

#include <algorithm>

namespace hpct::qwen {
namespace {

using Product = void (*)(const MatrixProduct&);

Product product_of(const BatchKernels& kernels, Format format) {
  if (format == Format::f32) return kernels.multiply_f32;
  if (format == Format::f16) return kernels.multiply_f16;
  if (format == Format::bf16) return kernels.multiply;
  if (!takes_bytes(kernels, format)) return nullptr;
  return format == Format::q8 ? kernels.multiply_q8 : kernels.multiply_q4;
}

Product float_product_of(const BatchKernels& kernels) {
  return kernels.multiply_f32 != nullptr ? kernels.multiply_f32 : naive_pass_kernels().batch->multiply_f32;
}

/// Rows that are expanded at once: they stay in L2 while the tokens pass by.
std::int64_t rows_at_once(std::int64_t columns) {
  constexpr std::int64_t kFloats = 65536;
  return std::clamp<std::int64_t>(kFloats / columns / 4 * 4, 4, 64);
}

MatrixProduct product(const Matrix& matrix, Share rows, const ProductInput& x, const ProductOutput& to) {
  return {.weights = matrix.row(rows.begin),
          .rows = rows.size(),
          .columns = matrix.columns,
          .x = x.exact,
          .x_halves = x.halves,
          .x_bytes = x.bytes,
          .tokens = x.tokens,
          .out = to.out,
          .out_stride = to.stride,
          .add = to.add};
}

void multiply_expanded(Product floats, const Matrix& matrix, Share rows, const ProductInput& x,
                       const ProductOutput& to, float* scratch) {
  const auto step = rows_at_once(matrix.columns);
  for (auto row = rows.begin; row < rows.end; row += step) {
    const Share part{row, std::min(rows.end, row + step)};
    for (auto r = part.begin; r < part.end; ++r)
      expand(matrix.format, matrix.row(r), matrix.columns, scratch + (r - row) * matrix.columns);
    auto some = product(matrix, part, x, {to.out + (row - rows.begin), to.stride, to.add});
    some.weights = scratch;
    floats(some);
  }
}

std::int64_t interruptible_rows(std::int64_t columns, std::int64_t tokens) {
  constexpr std::int64_t kProducts = std::int64_t{1} << 31;
  constexpr std::int64_t kTile = 64;  // a multiple of every kernel's
  return std::max(kProducts / (columns * tokens) / kTile, std::int64_t{1}) * kTile;
}

}  // namespace

std::int64_t scratch_floats(std::int64_t columns) { return rows_at_once(columns) * columns; }

void multiply(const BatchKernels& kernels, const Matrix& matrix, Share rows, const ProductInput& x,
              const ProductOutput& to, float* scratch) {
  if (const auto own = product_of(kernels, matrix.format)) return own(product(matrix, rows, x, to));
  multiply_expanded(float_product_of(kernels), matrix, rows, x, to, scratch);
}

void multiply_interruptibly(const BatchKernels& kernels, const Matrix& matrix, Share rows,
                            const ProductInput& x, const ProductOutput& to, float* scratch) {
  in_parts(rows, interruptible_rows(matrix.columns, x.tokens), [&](Share part) {
    multiply(kernels, matrix, part, x, {to.out + (part.begin - rows.begin), to.stride, to.add}, scratch);
  });
}

}  // namespace hpct::qwen
