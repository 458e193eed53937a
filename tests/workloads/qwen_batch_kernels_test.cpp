// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_kernels.h"

#include <gtest/gtest.h>
#include <hpct/isa.h>

#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/qwen/batch_methods.h"
#include "workloads/qwen/bf16.h"

namespace hpct {
std::span<const qwen::BatchKernels* const> all_qwen_batch_kernels();
}

namespace hpct::qwen {
namespace {

std::vector<const BatchKernels*> runnable_kernels() {
  std::vector<const BatchKernels*> all{naive_pass_kernels().batch};
  for (const auto* kernels : all_qwen_batch_kernels())
    if (std::string_view(kernels->isa) == "scalar" || cpu_supports(*isa_from(kernels->isa)))
      all.push_back(kernels);
  return all;
}

/// A product with its inputs and guards behind its output.
struct Product {
  Product(std::int64_t rows_, std::int64_t columns_, std::int64_t tokens_)
      : rows(rows_), columns(columns_), tokens(tokens_) {
    std::mt19937 generator(static_cast<unsigned>(rows * 7 + columns * 5 + tokens));
    std::normal_distribution<float> normal;
    for (auto& weight : weights) weight = round_to_bf16(normal(generator));
    for (auto& value : x) value = normal(generator);
    for (std::size_t i = 0; i < x.size(); ++i) halves[i] = round_to_bf16(x[i]);
  }

  static std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

  /// Tokens first .. first + count.
  void run(const BatchKernels& kernels, std::int64_t first, std::int64_t count, bool add = false) {
    kernels.multiply({.weights = weights.data(),
                      .rows = rows,
                      .columns = columns,
                      .x = x.data() + first * columns,
                      .x_halves = kernels.rounds ? halves.data() + first * columns : nullptr,
                      .tokens = count,
                      .out = out.data() + first * stride,
                      .out_stride = stride,
                      .add = add});
  }

  [[nodiscard]] double expected(const BatchKernels& kernels, std::int64_t t, std::int64_t r) const {
    double sum = 0;
    for (std::int64_t c = 0; c < columns; ++c) {
      const auto at = size(t * columns + c);
      sum += static_cast<double>(expand(weights[size(r * columns + c)])) *
             static_cast<double>(kernels.rounds ? expand(halves[at]) : x[at]);
    }
    return sum;
  }

  std::int64_t rows, columns, tokens;
  std::int64_t stride = rows + 3;
  std::vector<Bf16> weights = std::vector<Bf16>(size(rows * columns));
  std::vector<float> x = std::vector<float>(size(tokens * columns));
  std::vector<Bf16> halves = std::vector<Bf16>(x.size());
  std::vector<float> out = std::vector<float>(size(tokens * stride), -1.0F);
};

void expect_products(const Product& product, const BatchKernels& kernels) {
  for (std::int64_t t = 0; t < product.tokens; ++t) {
    for (std::int64_t r = 0; r < product.rows; ++r)
      ASSERT_NEAR(product.out[Product::size(t * product.stride + r)], product.expected(kernels, t, r), 2e-4)
          << "row " << r << " token " << t << " of " << product.rows << " x " << product.columns << " x "
          << product.tokens;
    for (std::int64_t r = product.rows; r < product.stride; ++r)
      ASSERT_EQ(product.out[Product::size(t * product.stride + r)], -1.0F) << "wrote past the last row";
  }
}

class QwenBatchKernels : public ::testing::TestWithParam<const BatchKernels*> {};

TEST_P(QwenBatchKernels, each_element_is_the_product_of_a_row_and_a_token) {
  for (const std::int64_t rows : {0, 1, 6, 67})
    for (const std::int64_t columns : {32, 96, 1088})  // the last in two blocks
      for (const std::int64_t tokens : {1, 2, 3, 4, 5, 6, 7, 13}) {
        Product product(rows, columns, tokens);
        product.run(*GetParam(), 0, tokens);
        expect_products(product, *GetParam());
      }
}

TEST_P(QwenBatchKernels, a_residual_is_added_to) {
  for (const std::int64_t tokens : {2, 8}) {
    Product product(5, 1088, tokens);
    product.run(*GetParam(), 0, tokens);
    const auto once = product.out;
    product.run(*GetParam(), 0, tokens, true);
    for (std::int64_t t = 0; t < tokens; ++t)
      for (std::int64_t r = 0; r < product.rows; ++r) {
        const auto at = Product::size(t * product.stride + r);
        EXPECT_NEAR(product.out[at], 2 * once[at], 1e-4) << t << " " << r;
      }
  }
}

TEST_P(QwenBatchKernels, a_token_gets_the_same_bits_alone_and_in_company) {
  Product together(70, 1088, 15);
  Product alone(70, 1088, 15);
  together.run(*GetParam(), 0, 15);
  for (std::int64_t t = 0; t < 15; ++t) alone.run(*GetParam(), t, 1);
  EXPECT_EQ(together.out, alone.out);
}

TEST_P(QwenBatchKernels, join_scales_both_sides) {
  std::vector<float> sums(37, 2.0F);
  const std::vector<float> part(37, 3.0F);
  GetParam()->join(0.5F, 0.25F, part.data(), 37, sums.data());
  EXPECT_EQ(sums, std::vector<float>(37, 1.75F));
}

INSTANTIATE_TEST_SUITE_P(Isa, QwenBatchKernels, ::testing::ValuesIn(runnable_kernels()),
                         [](const auto& tested) { return std::string(tested.param->isa); });

}  // namespace
}  // namespace hpct::qwen
