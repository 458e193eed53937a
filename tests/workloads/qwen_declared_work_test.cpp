// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <charconv>
#include <string_view>

#include "tests/workloads/counted.h"
#include "tests/workloads/tiny_qwen.h"
#include "workloads/qwen/declared_work.h"

namespace hpct::qwen {
namespace {

constexpr std::int64_t kContext = 5;

double declared_flops(const char* path) {
  return declared_work(tiny_shape(), kContext, Format::bf16).regions.find(path)->second.flops->amount;
}

TEST(QwenDeclaredWork, flops_of_the_whole_step_are_those_that_the_naive_step_executes) {
  DecodeWorkload workload(tiny_options(kContext));
  NoProgress progress;
  ASSERT_TRUE(workload.prepare(progress));
  auto& model = workload.model();
  std::vector<Counted> weights;
  const auto expanded = expand_weights(model.shape, model.weights.matrices, *make_thread_team(1).value());
  for (const auto weight : expanded->span()) weights.emplace_back(weight);
  NaiveStep<Counted> step(model, weights.data());
  EXPECT_EQ(count_of([&] { step.run(); }),
            declared_work(tiny_shape(), kContext, Format::f32).total.flops->amount);
}

TEST(QwenDeclaredWork, flops_of_each_kernel_are_those_that_the_naive_kernel_executes) {
  const auto shape = tiny_shape();
  const auto d = shape.hidden, L = shape.layers, R = shape.qkv_rows(), f = shape.intermediate,
             V = shape.vocabulary;
  const auto dim = shape.head_dim, N = kContext + 1;
  const std::vector<float> ones(4096, 1.0F);
  const std::vector<Bf16> cache(4096);
  auto w = vector_of(V * d), x = vector_of(4096), out = vector_of(V), more = vector_of(f);
  const auto matvec = [&](std::int64_t rows, std::int64_t columns) {
    return count_of([&] { naive::matvec(w.data(), x.data(), rows, columns, out.data()); });
  };
  const auto residual = count_of([&] { naive::add(x.data(), d, out.data()); });
  const double bias = count_of([&] { naive::add_bias(ones.data(), R, out.data()); });
  const double norm = count_of([&] { naive::rmsnorm(x.data(), ones.data(), d, 1e-6F, out.data()); });
  const double rope = count_of([&] { naive::rope(ones.data(), ones.data(), dim / 2, x.data()); });
  const double head = count_of(
      [&] { naive::attention(x.data(), cache.data(), cache.data(), N, dim, more.data(), out.data()); });
  const double silu = count_of([&] { naive::silu_multiply(x.data(), f, more.data()); });
  const double choice = count_of([&] { naive::argmax(out.data(), V); });

  const auto layers = static_cast<double>(L);
  EXPECT_EQ(declared_flops("decode/embedding"), 0);
  EXPECT_EQ(declared_flops("decode/rmsnorm"), (2 * layers + 1) * norm);
  EXPECT_EQ(declared_flops("decode/qkv"), layers * (matvec(R, d) + bias));
  EXPECT_EQ(declared_flops("decode/rope"), layers * static_cast<double>(shape.heads + shape.kv_heads) * rope);
  EXPECT_EQ(declared_flops("decode/attention"), layers * static_cast<double>(shape.heads) * head);
  EXPECT_EQ(declared_flops("decode/o_proj"), layers * (matvec(d, shape.query_size()) + residual));
  EXPECT_EQ(declared_flops("decode/gate_up"), layers * (2 * matvec(f, d) + silu));
  EXPECT_EQ(declared_flops("decode/down"), layers * (matvec(d, f) + residual));
  EXPECT_EQ(declared_flops("decode/lm_head"), matvec(V, d));
  EXPECT_EQ(declared_flops("decode/sampling"), choice);
}

TEST(QwenDeclaredWork, flops_of_a_product_with_rounded_vectors_are_those_of_the_generic_kernel) {
  const auto shape = tiny_shape();
  const auto d = shape.hidden, V = shape.vocabulary;
  const std::vector<std::int8_t> weights(static_cast<std::size_t>(d * V), 1);
  const std::vector<float> scales(static_cast<std::size_t>(d * V / 32), 1.0F);
  auto x = vector_of(4096), x_scales = vector_of(128), out = vector_of(V);
  const auto regions = declared_work(shape, kContext, Format::q8).regions;
  EXPECT_EQ(regions.find("decode/lm_head")->second.flops->amount, count_of([&] {
              naive::matvec_groups(weights.data(), scales.data(), x.data(), x_scales.data(), V, d,
                                   out.data());
            }));
  double rounding = 0;
  const auto round = [&](std::int64_t count) {
    return count_of([&] { naive::round_groups(x.data(), count, out.data(), x_scales.data()); });
  };
  for (std::int64_t layer = 0; layer < shape.layers; ++layer)
    rounding += 2 * round(d) + round(shape.query_size()) + round(shape.intermediate);
  EXPECT_EQ(regions.find("decode/round")->second.flops->amount, rounding + round(d));
}

TEST(QwenDeclaredWork, flops_of_a_product_with_zero_points_are_those_of_the_generic_kernel) {
  const auto shape = tiny_shape_of_blocks();
  const auto d = shape.hidden, V = shape.vocabulary;
  const std::vector<std::uint8_t> weights(static_cast<std::size_t>(d * V), 1);
  const std::vector<float> ones(static_cast<std::size_t>(d * V / 128), 1.0F);
  auto x = vector_of(d), x_scales = vector_of(d / 32), x_sums = vector_of(d / 128), out = vector_of(V);
  const auto regions = declared_work(shape, kContext, Format::q4g128).regions;
  EXPECT_EQ(regions.find("decode/lm_head")->second.flops->amount, count_of([&] {
              naive::matvec_zero_points(weights.data(), ones.data(), ones.data(), x.data(), x_scales.data(),
                                        x_sums.data(), V, d, out.data());
            }));
}

TEST(QwenDeclaredWork, bytes_of_a_file_with_mixed_formats_are_those_of_its_tensors) {
  const auto shape = tiny_shape(false);
  auto matrices = lay_out(shape, Format::q4, nullptr);
  const auto pure = declared_work(shape, kContext, matrices);
  matrices.lm_head.format = Format::q8;
  const auto mixed = declared_work(shape, kContext, matrices);
  const auto weights = static_cast<double>(shape.vocabulary * shape.hidden);
  EXPECT_EQ(mixed.total.bytes_read->amount - pure.total.bytes_read->amount, weights * 0.5);
  EXPECT_EQ(mixed.total.flops->amount, pure.total.flops->amount);
}

TEST(QwenDeclaredWork, block_formats_read_their_scales_too) {
  const auto shape = *shape_named("0.5B");
  const auto read = [&](Format format) { return declared_work(shape, 0, format).total.bytes_read->amount; };
  const auto weights = static_cast<double>(shape.matrix_weights() + shape.hidden);
  EXPECT_EQ(read(Format::q8) - read(Format::q4), weights * 0.5);
  EXPECT_EQ(read(Format::f16) - read(Format::q8), weights * (2 - 34.0 / 32.0));
  EXPECT_EQ(read(Format::q4g128) - read(Format::q4), weights * (67.0 / 128.0 - 18.0 / 32.0));
}

/// Value of an expression of decimal numbers, '+', '*' and parentheses.
class Expression {
 public:
  explicit Expression(std::string_view text) : text_(text) {}
  double sum() {
    double value = product();
    while (take('+')) value += product();
    return value;
  }

 private:
  double product() {
    double value = factor();
    while (take('*')) value *= factor();
    return value;
  }
  double factor() {
    if (take('(')) {
      const double value = sum();
      take(')');
      return value;
    }
    double value = 0;
    const auto [stop, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    EXPECT_EQ(error, std::errc{}) << text_;
    text_.remove_prefix(static_cast<std::size_t>(stop - text_.data()));
    return value;
  }
  bool take(char wanted) {
    while (text_.starts_with(' ')) text_.remove_prefix(1);
    if (!text_.starts_with(wanted)) {
      return false;
    }
    text_.remove_prefix(1);
    while (text_.starts_with(' ')) text_.remove_prefix(1);
    return true;
  }
  std::string_view text_;
};

TEST(QwenDeclaredWork, every_formula_gives_its_amount) {
  int formulas = 0;
  for (const auto format : {Format::q4, Format::q4g128})
    for (const auto& [path, work] : declared_work(*shape_named("7B"), 1000, format).regions)
      for (const auto& quantity : {work.flops, work.bytes_read, work.bytes_written}) {
        ASSERT_TRUE(quantity) << path;
        const auto equals = quantity->formula.find(" = ");
        if (equals == std::string::npos) continue;  // "0", and the sum of the whole
        EXPECT_EQ(Expression(std::string_view(quantity->formula).substr(equals + 3)).sum(), quantity->amount)
            << path << ": " << quantity->formula;
        ++formulas;
      }
  EXPECT_EQ(formulas, 2 * 20);
}

TEST(QwenDeclaredWork, the_total_is_the_sum_of_the_kernels) {
  const auto work = declared_work(*shape_named("0.5B"), 256, Format::bf16);
  double flops = 0;
  double bytes = 0;
  for (const auto& [path, part] : work.regions)
    if (path != "decode")
      flops += part.flops->amount, bytes += part.bytes_read->amount + part.bytes_written->amount;
  EXPECT_EQ(work.total.flops->amount, flops);
  EXPECT_EQ(work.total.bytes_read->amount + work.total.bytes_written->amount, bytes);
}

TEST(QwenDeclaredWork, weights_of_the_published_models_have_their_published_number) {
  EXPECT_EQ(shape_named("0.5B")->matrix_weights(), 493'961'216);
  EXPECT_EQ(shape_named("1.5B")->matrix_weights(), 1'543'569'408);
  EXPECT_EQ(shape_named("7B")->matrix_weights(), 7'615'283'200);
}

TEST(QwenDeclaredWork, bf16_reads_every_used_weight_once_and_naive_twice_the_bytes) {
  const auto shape = *shape_named("0.5B");
  const auto bf16 = declared_work(shape, 0, Format::bf16).total.bytes_read->amount;
  const auto fp32 = declared_work(shape, 0, Format::f32).total.bytes_read->amount;
  // One embedding row is read besides the tied head; without a context the cache is not read.
  EXPECT_EQ(fp32 - bf16, 2.0 * static_cast<double>(shape.matrix_weights() + shape.hidden));
}

}  // namespace
}  // namespace hpct::qwen
