// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/weight_kernels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <set>
#include <vector>

#include "tests/workloads/kernel_inputs.h"
#include "tests/workloads/runnable_kernels.h"
#include "workloads/qwen/half.h"
#include "workloads/qwen/kernel_tables.h"
#include "workloads/qwen/naive_kernels.h"
#include "workloads/qwen/random.h"
#include "workloads/qwen/weight_format.h"

namespace hpct::qwen {
namespace {

struct Rounded {
  explicit Rounded(const std::vector<float>& x) : values(x.size()), scales(x.size() / kGroup) {
    all_qwen_weight_kernels().front()->round(x.data(), static_cast<std::int64_t>(x.size()), values.data(),
                                             scales.data());
  }
  [[nodiscard]] RoundedVector view() const { return {values.data(), scales.data()}; }
  [[nodiscard]] double at(std::size_t i) const {
    return static_cast<double>(scales[i / kGroup]) * static_cast<double>(values[i]);
  }
  std::vector<std::int8_t> values;
  std::vector<float> scales;
};

/// One matrix in every format, and what its elements are.
struct Stored {
  Stored(Format format, std::int64_t rows, std::int64_t columns)
      : bytes(size(bytes_of(format, rows * columns)) + 64), elements(size(rows * columns)) {
    fill_weights(format, 11, columns, 0, rows * columns, bytes.data());
    expand(format, bytes.data(), rows * columns, elements.data());
  }
  std::vector<std::byte> bytes;
  std::vector<float> elements;
};

class QwenWeightKernels : public ::testing::TestWithParam<const WeightKernels*> {
 protected:
  static void multiply(Format format, const Stored& stored, const std::vector<float>& x,
                       const Rounded& rounded, std::int64_t rows, float* out) {
    const auto columns = static_cast<std::int64_t>(x.size());
    const auto* const bytes = stored.bytes.data();
    if (format == Format::f32) GetParam()->matvec_f32(bytes, x.data(), rows, columns, out);
    if (format == Format::f16) GetParam()->matvec_f16(bytes, x.data(), rows, columns, out);
    if (format == Format::q8) GetParam()->matvec_q8(bytes, rounded.view(), rows, columns, out);
    if (format == Format::q4) GetParam()->matvec_q4(bytes, rounded.view(), rows, columns, out);
    if (format == Format::q4g128) GetParam()->matvec_q4g128(bytes, rounded.view(), rows, columns, out);
  }
};

TEST_P(QwenWeightKernels, matvec_is_the_dot_product_of_each_row_in_every_format) {
  for (const auto format : {Format::f32, Format::f16, Format::q8, Format::q4, Format::q4g128})
    for (const std::int64_t rows : {0, 1, 2, 5})
      for (const std::int64_t columns : {32, 96, 128, 224, 896}) {
        if (columns % block_size(format) != 0) continue;
        const Stored stored(format, rows, columns);
        const auto x = random_floats(columns);
        const Rounded rounded(x);
        std::vector<float> out(size(rows) + 1, -1.0F);
        multiply(format, stored, x, rounded, rows, out.data());
        for (std::size_t r = 0; r < size(rows); ++r) {
          double sum = 0;
          for (std::size_t c = 0; c < x.size(); ++c)
            sum += static_cast<double>(stored.elements[r * x.size() + c]) *
                   (rounds(format) ? rounded.at(c) : static_cast<double>(x[c]));
          EXPECT_NEAR(out[r], sum, 1e-5) << name_of(format) << " " << rows << " x " << columns;
        }
        EXPECT_EQ(out.back(), -1.0F) << "wrote past the last row";
      }
}

/// No sum on the way may saturate: every byte and every nibble at its extreme, with vectors of one sign.
TEST_P(QwenWeightKernels, the_largest_products_do_not_overflow) {
  constexpr std::int64_t kColumns = 256;
  constexpr Half kOne = 0x3C00;
  for (const float x_value : {127.0F, -127.0F})
    for (const int weight : {-128, -127, 127}) {
      std::vector<std::byte> q8(size(bytes_of(Format::q8, kColumns)), static_cast<std::byte>(weight));
      std::vector<std::byte> q4(size(bytes_of(Format::q4, kColumns)), static_cast<std::byte>(weight));
      for (std::int64_t g = 0; g < kColumns / kGroup; ++g) {
        std::memcpy(q8.data() + g * kBytesQ8, &kOne, sizeof kOne);
        std::memcpy(q4.data() + g * kBytesQ4, &kOne, sizeof kOne);
      }
      const Rounded x(std::vector<float>(size(kColumns), x_value));
      float out = 0;
      GetParam()->matvec_q8(q8.data(), x.view(), 1, kColumns, &out);
      EXPECT_FLOAT_EQ(out, static_cast<float>(kColumns * weight) * x_value);
      const int nibbles = ((weight & 15) - 8) + (((weight >> 4) & 15) - 8);
      GetParam()->matvec_q4(q4.data(), x.view(), 1, kColumns, &out);
      EXPECT_NEAR(out, static_cast<float>(kColumns / 2 * nibbles) * x_value, 0.5);
    }
}

TEST_P(QwenWeightKernels, every_zero_point_is_taken_off_at_the_extremes_too) {
  constexpr Half kTwo = 0x4000;
  for (const float x_value : {127.0F, -127.0F})
    for (int zero = 0; zero < 16; ++zero) {
      std::vector<std::byte> block(size(kBytesG128), std::byte{0xF0});  // half of the weights 0, half 15
      std::memcpy(block.data(), &kTwo, sizeof kTwo);
      block[2] = static_cast<std::byte>(zero);
      const Rounded x(std::vector<float>(size(kBlockG128), x_value));
      float out = 0;
      GetParam()->matvec_q4g128(block.data(), x.view(), 1, kBlockG128, &out);
      EXPECT_NEAR(out, static_cast<float>(2 * 64 * (15 - 2 * zero)) * x_value, 0.5) << zero;
    }
}

TEST_P(QwenWeightKernels, the_longest_row_with_zero_points_is_summed_to_its_end) {
  const Stored stored(Format::q4g128, 1, kMaxColumnsG128);
  std::vector<float> x(size(kMaxColumnsG128));
  x.back() = 1.0F;
  const Rounded rounded(x);
  float out = 0;
  multiply(Format::q4g128, stored, x, rounded, 1, &out);
  EXPECT_NEAR(out, stored.elements.back(), 1e-6);
}

TEST_P(QwenWeightKernels, rounding_is_off_by_half_a_step_at_most) {
  auto x = random_floats(128);
  std::fill_n(x.begin() + 32, 32, 0.0F);
  for (std::size_t i = 64; i < 96; ++i) x[i] *= 1e-6F;
  std::vector<std::int8_t> values(x.size(), 99);
  std::vector<float> scales(4);
  GetParam()->round(x.data(), 128, values.data(), scales.data());
  for (std::size_t i = 0; i < x.size(); ++i)
    EXPECT_NEAR(scales[i / 32] * static_cast<float>(values[i]), x[i], 0.5001F * scales[i / 32]) << i;
  EXPECT_EQ(scales[1], 0.0F);
  EXPECT_EQ(values[40], 0);
}

TEST_P(QwenWeightKernels, rounding_does_not_hide_a_nan) {
  auto x = random_floats(64);
  x[40] = std::nanf("");
  std::vector<std::int8_t> values(x.size());
  std::vector<float> scales(2);
  GetParam()->round(x.data(), 64, values.data(), scales.data());
  EXPECT_FALSE(std::isnan(scales[0]));
  EXPECT_TRUE(std::isnan(scales[1]));
}

INSTANTIATE_TEST_SUITE_P(Isa, QwenWeightKernels,
                         ::testing::ValuesIn(runnable_kernels(all_qwen_weight_kernels())), kByIsa);

TEST(Half, every_value_survives_the_way_through_float) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<Half>(bits);
    const bool nan = (bits & 0x7C00U) == 0x7C00U && (bits & 0x3FFU) != 0;
    if (nan)
      EXPECT_TRUE(std::isnan(widen_half(half)));
    else
      EXPECT_EQ(narrow_half(widen_half(half)), half);
  }
}

TEST(Half, known_values_and_rounding_to_even) {
  EXPECT_EQ(widen_half(0x3C00), 1.0F);
  EXPECT_EQ(widen_half(0xC000), -2.0F);
  EXPECT_EQ(widen_half(0x0001), 0x1p-24F);
  EXPECT_EQ(widen_half(0x7BFF), 65504.0F);
  EXPECT_EQ(narrow_half(1.0F + 0x1p-11F), 0x3C00);
  EXPECT_EQ(narrow_half(1.0F + 0x3p-11F), 0x3C02);
  EXPECT_EQ(narrow_half(65519.0F), 0x7BFF);
  EXPECT_EQ(narrow_half(65520.0F), 0x7C00);
  EXPECT_EQ(narrow_half(0x1p-25F), 0x0000);
  EXPECT_EQ(narrow_half(0x1.8p-25F), 0x0001);
}

constexpr std::array kAll{Format::f32, Format::f16, Format::bf16, Format::q8, Format::q4, Format::q4g128};

TEST(WeightFormat, synthetic_weights_have_variance_one_over_columns_and_no_mean) {
  constexpr std::int64_t kColumns = 1024;
  constexpr std::int64_t kCount = 256 * kColumns;
  for (const auto format : kAll) {
    const Stored stored(format, kCount / kColumns, kColumns);
    double sum = 0;
    double squares = 0;
    for (const double value : stored.elements) sum += value, squares += value * value;
    EXPECT_NEAR(squares / kCount * kColumns, 1.0, format == Format::q4 ? 0.1 : 0.04) << name_of(format);
    EXPECT_NEAR(sum / kCount * std::sqrt(kColumns), 0.0, 0.01) << name_of(format);
  }
}

TEST(WeightFormat, a_block_with_a_zero_point_is_read_as_written_down) {
  std::vector<std::byte> block(size(kBytesG128));
  constexpr Half kHalf = 0x3800;  // 0.5
  std::memcpy(block.data(), &kHalf, sizeof kHalf);
  block[2] = std::byte{5};
  block[3] = std::byte{0xF0};       // elements 0 and 16
  block[3 + 63] = std::byte{0x3E};  // elements 111 and 127
  std::vector<float> weights(size(kBlockG128));
  expand(Format::q4g128, block.data(), kBlockG128, weights.data());
  EXPECT_EQ(weights[0], -2.5F);
  EXPECT_EQ(weights[16], 5.0F);
  EXPECT_EQ(weights[111], 4.5F);
  EXPECT_EQ(weights[127], -1.0F);
  EXPECT_EQ(weights[50], -2.5F);
}

TEST(WeightFormat, zero_points_differ_and_leave_room_on_both_sides) {
  const Stored stored(Format::q4g128, 64, 1024);
  std::set<int> zeros;
  for (std::int64_t b = 0; b < 64 * 8; ++b)
    zeros.insert(static_cast<int>(stored.bytes[size(b * kBytesG128 + 2)]));
  EXPECT_EQ(zeros, (std::set{5, 6, 7, 8, 9, 10}));
}

TEST(WeightFormat, parts_made_apart_are_those_of_the_whole) {
  for (const auto format : kAll) {
    const Stored whole(format, 4, 384);
    std::vector<std::byte> part(size(bytes_of(format, 384)));
    fill_weights(format, 11, 384, 2 * 384, 384, part.data());
    EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.bytes.begin() + 2 * bytes_of(format, 384)))
        << name_of(format);
  }
}

}  // namespace
}  // namespace hpct::qwen
