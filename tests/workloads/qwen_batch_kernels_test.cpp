// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "tests/workloads/kernel_inputs.h"
#include "tests/workloads/runnable_kernels.h"
#include "workloads/qwen/batch_product.h"
#include "workloads/qwen/bf16.h"
#include "workloads/qwen/kernel_tables.h"
#include "workloads/qwen/random.h"
#include "workloads/qwen/weight_kernels.h"

namespace hpct::qwen {
namespace {

std::vector<const BatchKernels*> naive_and_runnable() {
  auto all = runnable_kernels(all_qwen_batch_kernels());
  all.insert(all.begin(), naive_pass_kernels().batch);
  return all;
}

/// A product with its inputs and guards behind its output.
struct Product {
  Product(const BatchKernels& kernels_, Format format, std::int64_t rows_, std::int64_t columns_,
          std::int64_t tokens_)
      : kernels(kernels_),
        rows(rows_),
        columns(columns_),
        tokens(tokens_),
        weights(size(bytes_of(format, rows * columns))),
        matrix{format, weights.data(), rows, columns} {
    std::mt19937 generator(static_cast<unsigned>(rows * 7 + columns * 5 + tokens));
    std::normal_distribution<float> normal;
    fill_weights(format, generator(), columns, 0, rows * columns, weights.data());
    for (auto& value : x) value = normal(generator);
    round();
  }

  void round() {
    for (std::size_t i = 0; i < x.size(); ++i) halves[i] = round_to_bf16(x[i]);
    if (kernels.round != nullptr)
      kernels.round(x.data(), tokens * columns, bytes.data(), scales.data(), minus_sums.data());
  }

  /// Rows of the matrix by tokens first .. first + count.
  void run(std::int64_t first, std::int64_t count, bool add = false) {
    const auto groups = first * columns / kGroup;
    const ProductInput input{
        x.data() + first * columns,
        kernels.rounds ? halves.data() + first * columns : nullptr,
        {bytes.data() + first * columns, scales.data() + groups, minus_sums.data() + groups},
        count};
    multiply(kernels, matrix, {0, rows}, input, {out.data() + first * stride, stride, add}, scratch.data());
  }

  /// What the kernels multiply the weights by.
  [[nodiscard]] double vector_at(std::int64_t i) const {
    if (takes_bytes(kernels, matrix.format))
      return static_cast<double>(scales[size(i / kGroup)]) * bytes[size(i)];
    if (kernels.rounds && matrix.format == Format::bf16) return static_cast<double>(expand(halves[size(i)]));
    return static_cast<double>(x[size(i)]);
  }

  [[nodiscard]] double expected(std::int64_t t, const std::vector<float>& row) const {
    double sum = 0;
    for (std::int64_t c = 0; c < columns; ++c)
      sum += static_cast<double>(row[size(c)]) * vector_at(t * columns + c);
    return sum;
  }

  const BatchKernels& kernels;
  std::int64_t rows, columns, tokens;
  std::int64_t stride = rows + 3;
  std::vector<std::byte> weights;
  Matrix matrix;
  std::vector<float> x = std::vector<float>(size(tokens * columns));
  std::vector<Bf16> halves = std::vector<Bf16>(x.size());
  std::vector<std::int8_t> bytes = std::vector<std::int8_t>(x.size());
  std::vector<float> scales = std::vector<float>(x.size() / kGroup);
  std::vector<std::int32_t> minus_sums = std::vector<std::int32_t>(x.size() / kGroup);
  std::vector<float> scratch = std::vector<float>(size(scratch_floats(columns)));
  std::vector<float> out = std::vector<float>(size(tokens * stride), -1.0F);
};

void expect_products(const Product& product) {
  for (std::int64_t r = 0; r < product.rows; ++r) {
    std::vector<float> row(size(product.columns));
    expand(product.matrix.format, product.matrix.row(r), product.columns, row.data());
    for (std::int64_t t = 0; t < product.tokens; ++t)
      ASSERT_NEAR(product.out[size(t * product.stride + r)], product.expected(t, row), 1e-5)
          << "row " << r << " token " << t << " of " << product.rows << " x " << product.columns << " x "
          << product.tokens;
  }
  for (std::int64_t t = 0; t < product.tokens; ++t)
    for (std::int64_t r = product.rows; r < product.stride; ++r)
      ASSERT_EQ(product.out[size(t * product.stride + r)], -1.0F) << "wrote past the last row";
}

class QwenBatchKernels : public ::testing::TestWithParam<std::tuple<const BatchKernels*, Format>> {
 protected:
  [[nodiscard]] const BatchKernels& kernels() const { return *std::get<0>(GetParam()); }
  [[nodiscard]] Format format() const { return std::get<1>(GetParam()); }
};

TEST_P(QwenBatchKernels, each_element_is_the_product_of_a_row_and_a_token) {
  for (const std::int64_t rows : {0, 1, 6, 67})
    for (const std::int64_t columns : {32, 96, 1088})  // the last in two blocks
      for (const std::int64_t tokens : {1, 2, 3, 4, 5, 6, 7, 9, 13}) {
        Product product(kernels(), format(), rows, columns, tokens);
        product.run(0, tokens);
        expect_products(product);
      }
}

TEST_P(QwenBatchKernels, more_tokens_than_stay_in_cache_are_all_multiplied) {
  Product product(kernels(), format(), 17, 32, 300);
  product.run(0, 300);
  expect_products(product);
}

TEST_P(QwenBatchKernels, a_residual_is_added_to) {
  for (const std::int64_t tokens : {2, 8}) {
    Product product(kernels(), format(), 5, 1088, tokens);
    product.run(0, tokens);
    const auto once = product.out;
    product.run(0, tokens, true);
    for (std::int64_t t = 0; t < tokens; ++t)
      for (std::int64_t r = 0; r < product.rows; ++r) {
        const auto at = size(t * product.stride + r);
        EXPECT_NEAR(product.out[at], 2 * once[at], 1e-5) << t << " " << r;
      }
  }
}

TEST_P(QwenBatchKernels, a_token_gets_the_same_bits_alone_and_in_company) {
  Product together(kernels(), format(), 70, 1088, 15);
  Product alone(kernels(), format(), 70, 1088, 15);
  together.run(0, 15);
  for (std::int64_t t = 0; t < 15; ++t) alone.run(t, 1);
  EXPECT_EQ(together.out, alone.out);
}

INSTANTIATE_TEST_SUITE_P(Isa, QwenBatchKernels,
                         ::testing::Combine(::testing::ValuesIn(naive_and_runnable()),
                                            ::testing::Values(Format::f32, Format::f16, Format::bf16,
                                                              Format::q8, Format::q4)),
                         [](const auto& tested) {
                           return std::string(std::get<0>(tested.param)->isa) + "_" +
                                  std::string(name_of(std::get<1>(tested.param)));
                         });

class QwenBatchBytes : public ::testing::TestWithParam<const BatchKernels*> {};

TEST_P(QwenBatchBytes, join_scales_both_sides) {
  std::vector<float> sums(37, 2.0F);
  const std::vector<float> part(37, 3.0F);
  GetParam()->join(0.5F, 0.25F, part.data(), 37, sums.data());
  EXPECT_EQ(sums, std::vector<float>(37, 1.75F));
}

/// No sum on the way may saturate: every byte and every nibble at its extreme, with vectors of one sign.
TEST_P(QwenBatchBytes, the_largest_products_do_not_overflow) {
  constexpr std::int64_t kColumns = 256;
  constexpr std::uint16_t kOne = 0x3C00;
  for (const auto format : {Format::q8, Format::q4})
    for (const float x_value : {127.0F, -127.0F})
      for (const int weight : {-128, -127, 127}) {
        Product product(*GetParam(), format, 3, kColumns, 2);
        std::ranges::fill(product.weights, static_cast<std::byte>(weight));
        const auto bytes = size(bytes_of(format, kGroup));
        for (std::size_t at = 0; at < product.weights.size(); at += bytes)
          std::memcpy(product.weights.data() + at, &kOne, sizeof kOne);
        std::ranges::fill(product.x, x_value);
        product.round();
        product.run(0, 2);
        const int nibbles = ((weight & 15) - 8) + (((weight >> 4) & 15) - 8);
        const auto sum =
            static_cast<float>(format == Format::q8 ? weight * kColumns : nibbles * kColumns / 2);
        EXPECT_NEAR(product.out[0], sum * x_value, 0.5) << name_of(format) << " " << weight;
      }
}

TEST_P(QwenBatchBytes, rounding_does_not_hide_a_nan) {
  if (GetParam()->round == nullptr) GTEST_SKIP() << "no products of bytes";
  Product product(*GetParam(), Format::q8, 2, 64, 1);
  product.x[40] = std::nanf("");
  product.round();
  EXPECT_FALSE(std::isnan(product.scales[0]));
  product.run(0, 1);
  EXPECT_TRUE(std::isnan(product.out[0]));
}

INSTANTIATE_TEST_SUITE_P(Isa, QwenBatchBytes, ::testing::ValuesIn(naive_and_runnable()), kByIsa);

}  // namespace
}  // namespace hpct::qwen
