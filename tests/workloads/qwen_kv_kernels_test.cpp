// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/kv_kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/workloads/attention_by_definition.h"
#include "tests/workloads/kernel_inputs.h"
#include "tests/workloads/runnable_kernels.h"
#include "workloads/qwen/kernel_tables.h"
#include "workloads/qwen/kv_format.h"

namespace hpct::qwen {
namespace {

using ::testing::Each;
using ::testing::FloatEq;

/// Rows as a cache stores them, and what they then are.
struct Rows {
  Rows(Format format, const std::vector<float>& from)
      : bytes(size(bytes_of(format, static_cast<std::int64_t>(from.size())))), floats(from.size()) {
    store(format, from.data(), static_cast<std::int64_t>(from.size()), bytes.data());
    expand(format, bytes.data(), static_cast<std::int64_t>(from.size()), floats.data());
  }
  std::vector<std::byte> bytes;
  std::vector<float> floats;
};

struct Attention {
  Attention(Format format_, std::int64_t group_, std::int64_t dim_, std::int64_t count_)
      : format(format_),
        group(group_),
        dim(dim_),
        count(count_),
        queries(random_floats(group * dim)),
        keys(format, random_floats(count * dim)),
        values(format, random_floats(count * dim)) {}

  void run(const KvKernels& kernels) {
    (format == Format::f16 ? kernels.attend_f16 : kernels.attend_q8)({.queries = queries.data(),
                                                                      .keys = keys.bytes.data(),
                                                                      .values = values.bytes.data(),
                                                                      .group = group,
                                                                      .dim = dim,
                                                                      .count = count,
                                                                      .sums = sums.data(),
                                                                      .largest = largest.data(),
                                                                      .weights = weights.data()});
  }

  [[nodiscard]] std::vector<double> expected(std::int64_t g) const {
    return attention_by_definition(queries.data() + g * dim, size(dim), keys.floats, values.floats);
  }

  Format format;
  std::int64_t group, dim, count;
  std::vector<float> queries;
  Rows keys, values;
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
          << name_of(attention.format) << " group " << attention.group << " dim " << attention.dim
          << " count " << attention.count << " head " << g << " element " << i;
  }
}

class QwenKvKernels : public ::testing::TestWithParam<const KvKernels*> {};

TEST_P(QwenKvKernels, attention_is_the_softmax_weighted_mean_of_what_is_stored) {
  for (const auto format : {Format::f16, Format::q8})
    for (const std::int64_t group : {1, 2, 3, 4, 5, 6, 7, 8})
      for (const std::int64_t dim : {32, 64, 96, 128})
        for (const std::int64_t count : {1, 15, 16, 37, 65, 130}) {
          Attention attention(format, group, dim, count);
          attention.run(*GetParam());
          expect_definition(attention, format == Format::q8 ? 2e-4 : 2e-5);
        }
}

TEST_P(QwenKvKernels, halves_below_the_smallest_normal_one_count_too) {
  Attention attention(Format::f16, 2, 64, 40);
  attention.values = Rows(Format::f16, random_floats(40 * 64, 0x1p-18F));
  attention.run(*GetParam());
  expect_definition(attention, 0x1p-18 * 1e-5);
}

TEST_P(QwenKvKernels, the_largest_bytes_do_not_overflow) {
  for (const float sign : {1.0F, -1.0F}) {
    Attention attention(Format::q8, 7, 128, 20);
    std::fill(attention.queries.begin(), attention.queries.end(), sign);
    attention.keys = Rows(Format::q8, std::vector<float>(20 * 128, -2.0F));
    attention.run(*GetParam());
    EXPECT_NEAR(attention.largest[6], -2.0F * sign * std::sqrt(128.0F), 2e-3);
    expect_definition(attention, 2e-4);
  }
}

TEST_P(QwenKvKernels, no_positions_weigh_nothing) {
  for (const auto format : {Format::f16, Format::q8}) {
    Attention attention(format, 7, 64, 0);
    attention.run(*GetParam());
    EXPECT_THAT(attention.sums, Each(FloatEq(0.0F)));
    EXPECT_THAT(attention.weights, Each(FloatEq(0.0F)));
    EXPECT_THAT(attention.largest, Each(FloatEq(-INFINITY)));
  }
}

INSTANTIATE_TEST_SUITE_P(Isa, QwenKvKernels, ::testing::ValuesIn(runnable_kernels(all_qwen_kv_kernels())),
                         kByIsa);

TEST(QwenKvFormat, what_is_stored_is_off_by_half_a_step_at_most) {
  const auto from = random_floats(1024, 3.0F);
  const Rows bytes(Format::q8, from);
  const Rows halves(Format::f16, from);
  const Rows upper(Format::bf16, from);
  for (std::size_t i = 0; i < from.size(); ++i) {
    float largest = 0;
    for (std::size_t k = i / 32 * 32; k < i / 32 * 32 + 32; ++k)
      largest = std::max(largest, std::abs(from[k]));
    EXPECT_NEAR(bytes.floats[i], from[i], largest / 127 * 0.56F);
    EXPECT_NEAR(halves.floats[i], from[i], std::abs(from[i]) * 0x1p-11F + 0x1p-25F);
    EXPECT_NEAR(upper.floats[i], from[i], std::abs(from[i]) * 0x1p-8F);
  }
}

TEST(QwenKvFormat, zeros_stay_zeros_and_a_nan_stays_one) {
  std::vector<float> from(64);
  from[40] = std::nanf("");
  const Rows bytes(Format::q8, from);
  EXPECT_EQ(bytes.floats[0], 0.0F);
  EXPECT_TRUE(std::isnan(bytes.floats[40]));
  EXPECT_TRUE(std::isnan(Rows(Format::f16, from).floats[40]));
}

}  // namespace
}  // namespace hpct::qwen
