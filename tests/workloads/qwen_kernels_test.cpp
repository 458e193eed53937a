// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "tests/workloads/attention_by_definition.h"
#include "tests/workloads/kernel_inputs.h"
#include "tests/workloads/runnable_kernels.h"
#include "workloads/kernels/qwen/elementwise.h"
#include "workloads/qwen/bf16.h"
#include "workloads/qwen/kernel_tables.h"

namespace hpct::qwen {
namespace {

using ::testing::Each;
using ::testing::FloatEq;

std::vector<Bf16> random_bf16(std::int64_t count) {
  std::vector<Bf16> values;
  for (const float value : random_floats(count)) values.push_back(round_to_bf16(value));
  return values;
}

std::vector<float> widened(const std::vector<Bf16>& values) {
  std::vector<float> floats;
  for (const auto value : values) floats.push_back(expand(value));
  return floats;
}

class QwenKernels : public ::testing::TestWithParam<const Kernels*> {};

TEST_P(QwenKernels, matvec_is_the_dot_product_of_each_row) {
  for (const std::int64_t rows : {0, 1, 3, 4, 9})
    for (const std::int64_t columns : {32, 96, 896}) {
      const auto weights = random_bf16(rows * columns);
      const auto x = random_floats(columns);
      std::vector<float> out(static_cast<std::size_t>(rows) + 1, -1.0F);
      GetParam()->matvec(weights.data(), x.data(), rows, columns, out.data());
      for (std::int64_t r = 0; r < rows; ++r) {
        double sum = 0;
        for (std::int64_t c = 0; c < columns; ++c)
          sum += static_cast<double>(expand(weights[static_cast<std::size_t>(r * columns + c)])) *
                 static_cast<double>(x[static_cast<std::size_t>(c)]);
        EXPECT_NEAR(out[static_cast<std::size_t>(r)], sum, 1e-4) << rows << " x " << columns;
      }
      EXPECT_EQ(out.back(), -1.0F) << "wrote past the last row";
    }
}

TEST_P(QwenKernels, rmsnorm_makes_the_mean_square_one) {
  const auto x = random_floats(96, 5.0F);
  const std::vector<float> gain(96, 2.0F);
  std::vector<float> out(96);
  GetParam()->rmsnorm(x.data(), gain.data(), 96, 0.0F, out.data());
  double squares = 0;
  for (const float value : out) squares += static_cast<double>(value) * static_cast<double>(value);
  EXPECT_NEAR(squares / 96, 4.0, 1e-5);
}

TEST_P(QwenKernels, rope_turns_each_pair_as_a_complex_number) {
  constexpr std::size_t kHalf = 20;
  const auto before = random_floats(2 * kHalf);
  std::vector<float> cosines;
  std::vector<float> sines;
  for (std::size_t i = 0; i < kHalf; ++i) {
    cosines.push_back(std::cos(static_cast<float>(i)));
    sines.push_back(std::sin(static_cast<float>(i)));
  }
  auto after = before;
  GetParam()->rope(cosines.data(), sines.data(), kHalf, after.data());
  for (std::size_t i = 0; i < kHalf; ++i) {
    const auto turned =
        std::complex<double>(before[i], before[i + kHalf]) * std::polar(1.0, static_cast<double>(i));
    EXPECT_NEAR(after[i], turned.real(), 1e-6);
    EXPECT_NEAR(after[i + kHalf], turned.imag(), 1e-6);
  }
}

TEST_P(QwenKernels, bf16_rounds_to_nearest_and_ties_to_even) {
  const std::vector<float> from{1.0F, 1.0F + 0x1p-8F, 1.0F + 0x3p-8F, 1.0F + 0x1.1p-8F, -1.0F - 0x3p-8F,
                                0.0F};
  const std::vector<float> nearest{1.0F, 1.0F, 1.0F + 0x1p-6F, 1.0F + 0x1p-7F, -1.0F - 0x1p-6F, 0.0F};
  std::vector<Bf16> rounded(from.size());
  std::vector<float> back(from.size());
  GetParam()->to_bf16(from.data(), static_cast<std::int64_t>(from.size()), rounded.data());
  GetParam()->from_bf16(rounded.data(), static_cast<std::int64_t>(from.size()), back.data());
  EXPECT_EQ(back, nearest);
}

TEST_P(QwenKernels, silu_multiply_holds_from_very_negative_to_very_positive) {
  std::vector<float> gate;
  for (float g = -200.0F; g <= 200.0F; g += 0.37F) gate.push_back(g);
  const std::vector<float> up(gate.size(), 3.0F);
  std::vector<float> out(gate.size());
  GetParam()->silu_multiply(gate.data(), up.data(), static_cast<std::int64_t>(gate.size()), out.data());
  for (std::size_t i = 0; i < gate.size(); ++i) {
    const double g = gate[i];
    const double expected = 3.0 * g / (1.0 + std::exp(-g));
    EXPECT_NEAR(out[i], expected, 1e-6 * std::abs(expected) + 1e-30) << g;
  }
}

TEST_P(QwenKernels, silu_multiply_does_not_hide_a_nan) {
  for (const std::size_t place : {0, 17, 36}) {
    std::vector<float> gate(37, 1.0F);
    gate[place] = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> up(37, 1.0F);
    std::vector<float> out(37);
    GetParam()->silu_multiply(gate.data(), up.data(), 37, out.data());
    EXPECT_TRUE(std::isnan(out[place])) << place;
    EXPECT_FALSE(std::isnan(out[18]));
  }
}

TEST_P(QwenKernels, argmax_takes_the_first_of_equals_and_ignores_nan) {
  std::vector<float> values(37, -3.0F);
  values[0] = std::numeric_limits<float>::quiet_NaN();
  values[20] = values[33] = 5.0F;
  EXPECT_EQ(GetParam()->argmax(values.data(), 37), 20);
  values[36] = 6.0F;
  EXPECT_EQ(GetParam()->argmax(values.data(), 37), 36);
  EXPECT_EQ(GetParam()->argmax(values.data() + 1, 1), 0);
}

/// Buffers of one attention call and its result, divided by the weights.
struct Attention {
  Attention(std::int64_t group_, std::int64_t dim_, std::int64_t count_)
      : group(group_),
        dim(dim_),
        count(count_),
        queries(random_floats(group * dim)),
        keys(random_bf16(count * dim)),
        values(random_bf16(count * dim)) {}

  void run(const Kernels& kernels) {
    kernels.attend({.queries = queries.data(),
                    .keys = keys.data(),
                    .values = values.data(),
                    .group = group,
                    .dim = dim,
                    .count = count,
                    .scores = scores.data(),
                    .sums = sums.data(),
                    .largest = largest.data(),
                    .weights = weights.data()});
  }

  [[nodiscard]] std::vector<double> expected(std::int64_t g) const {
    return attention_by_definition(queries.data() + g * dim, size(dim), widened(keys), widened(values));
  }

  std::int64_t group, dim, count;
  std::vector<float> queries;
  std::vector<Bf16> keys, values;
  std::vector<float> scores = std::vector<float>(size(group * count));
  std::vector<float> sums = std::vector<float>(size(group * dim), -1.0F);
  std::vector<float> largest = std::vector<float>(size(group));
  std::vector<float> weights = std::vector<float>(size(group));
};

void expect_definition(const Attention& attention, double tolerance) {
  for (std::int64_t g = 0; g < attention.group; ++g) {
    const auto wanted = attention.expected(g);
    for (std::int64_t i = 0; i < attention.dim; ++i)
      ASSERT_NEAR(attention.sums[size(g * attention.dim + i)] / attention.weights[size(g)], wanted[size(i)],
                  tolerance)
          << "group " << attention.group << " dim " << attention.dim << " count " << attention.count
          << " head " << g;
  }
}

TEST_P(QwenKernels, attention_is_the_softmax_weighted_mean_for_every_group_and_head_size) {
  for (std::int64_t group = 1; group <= 8; ++group)
    for (const std::int64_t dim : {32, 64, 96, 128})
      for (const std::int64_t count : {1, 8, 16, 37, 64, 65, 256, 257, 300}) {
        Attention attention(group, dim, count);
        attention.run(*GetParam());
        expect_definition(attention, 2e-5);
      }
}

TEST_P(QwenKernels, softmax_of_huge_scores_neither_overflows_nor_vanishes) {
  Attention attention(2, 64, 20);
  for (auto& query : attention.queries) query *= 1000.0F;  // scores of some thousands, both signs
  attention.run(*GetParam());
  expect_definition(attention, 2e-3);
}

TEST_P(QwenKernels, attention_follows_scores_that_rise_and_fall_over_hundreds_of_positions) {
  for (const bool rising : {true, false}) {
    Attention attention(7, 64, 600);
    std::fill(attention.queries.begin(), attention.queries.end(), 1.0F);
    for (std::int64_t p = 0; p < 600; ++p)
      std::fill_n(attention.keys.begin() + p * 64, 64,
                  round_to_bf16(static_cast<float>(rising ? p : 600 - p) / 8));
    attention.run(*GetParam());
    expect_definition(attention, 2e-5);
  }
}

TEST_P(QwenKernels, a_key_or_value_that_is_no_number_shows_in_the_attention) {
  const Bf16 nan = round_to_bf16(std::numeric_limits<float>::quiet_NaN());
  for (const std::size_t position : {0, 15, 70, 99}) {
    Attention with_key(2, 64, 100);
    with_key.keys[position * 64 + 5] = nan;
    with_key.run(*GetParam());
    EXPECT_TRUE(std::isnan(with_key.sums[0] / with_key.weights[0])) << position;
    Attention with_value(2, 64, 100);
    with_value.values[position * 64 + 5] = nan;
    with_value.run(*GetParam());
    EXPECT_TRUE(std::isnan(with_value.sums[64 + 5])) << position;
  }
}

TEST_P(QwenKernels, attention_over_no_positions_weighs_nothing) {
  Attention attention(7, 64, 0);
  attention.run(*GetParam());
  EXPECT_THAT(attention.sums, Each(FloatEq(0.0F)));
  EXPECT_THAT(attention.weights, Each(FloatEq(0.0F)));
  EXPECT_THAT(attention.largest, Each(FloatEq(-std::numeric_limits<float>::infinity())));
}

/// Every 1009th float whose exponential is an ordinary number. The arithmetic is that of IEEE without
/// contraction, so all instruction sets have these results.
TEST(QwenExponential, is_within_its_stated_error_of_double_precision_over_the_whole_range) {
  double worst = 0;
  for (std::uint32_t bits = 0; float_of(bits) <= 87.0F; bits += 1009)
    for (const float x : {float_of(bits), -float_of(bits)}) {
      const double wanted = std::exp(static_cast<double>(x));
      worst = std::max(worst, std::abs(static_cast<double>(exponential(x)) - wanted) / wanted);
    }
  EXPECT_LT(worst, 1.2e-7);
}

TEST(QwenExponential, stays_at_the_value_of_the_border_outside_and_keeps_a_nan) {
  constexpr float kInfinite = std::numeric_limits<float>::infinity();
  for (const float x : {87.5F, 1000.0F, kInfinite}) {
    EXPECT_EQ(exponential(x), exponential(87.0F));
    EXPECT_EQ(exponential(-x), exponential(-87.0F));
  }
  EXPECT_EQ(exponential(0.0F), 1.0F);
  EXPECT_TRUE(std::isnan(exponential(std::numeric_limits<float>::quiet_NaN())));
}

INSTANTIATE_TEST_SUITE_P(Isa, QwenKernels, ::testing::ValuesIn(runnable_kernels(all_qwen_kernels())), kByIsa);

}  // namespace
}  // namespace hpct::qwen
