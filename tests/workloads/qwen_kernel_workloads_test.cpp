// SPDX-License-Identifier: Apache-2.0
// The kernels of qwen-decode as workloads of their own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workloads/counted.h"
#include "tests/workloads/workload_under_test.h"
#include "workloads/qwen/naive_kernels.h"
#include "workloads/qwen/shape.h"

namespace hpct::qwen {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Case {
  std::string workload;
  std::vector<std::string> set;
  std::string label;
};

void PrintTo(const Case& tested, std::ostream* out) { *out << tested.label; }

class QwenKernelWorkload : public ::testing::TestWithParam<Case> {
 protected:
  static const WorkloadInfo& info() { return find_workload(GetParam().workload); }
  static Settings settings(int threads) { return settings_for(info(), threads, GetParam().set); }
};

TEST_P(QwenKernelWorkload, every_variant_agrees_with_double_precision_on_any_number_of_threads) {
  for (const int threads : {1, 2, 3}) {
    const auto workload = prepared(info(), settings(threads));
    for (const auto& variant : runnable_variants(info(), settings(threads)))
      EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty()) << threads << " threads";
  }
}

TEST_P(QwenKernelWorkload, a_kernel_that_did_not_run_does_not_pass_with_an_old_result) {
  const auto workload = prepared(info(), settings(2));
  for (const auto& variant : runnable_variants(info(), settings(2))) {
    EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
    EXPECT_FALSE(workload->verify(variant)->ok) << variant.name;
  }
}

TEST_P(QwenKernelWorkload, only_the_variants_that_will_run_are_prepared) {
  auto few = settings(1);
  const auto all = runnable_variants(info(), few);
  few.variants = {all[1].name};
  const auto workload = prepared(info(), few);
  EXPECT_THAT(run_and_verify(*workload, all[1]), IsEmpty());
  const auto refused = workload->run(all[0]);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("no variant \"" + all[0].name + "\""));
}

TEST_P(QwenKernelWorkload, the_declared_work_has_its_formulas) {
  const auto workload = prepared(info(), settings(1));
  const auto work = workload->work(runnable_variants(info(), settings(1)).front());
  for (const auto& quantity : {work.total.flops, work.total.bytes_read, work.total.bytes_written}) {
    ASSERT_TRUE(quantity);
    EXPECT_GE(quantity->amount, 0);
    EXPECT_THAT(quantity->formula, Not(IsEmpty()));
  }
  EXPECT_TRUE(work.regions.contains("kernel"));
}

INSTANTIATE_TEST_SUITE_P(
    Kernels, QwenKernelWorkload,
    ::testing::Values(
        Case{"qwen-matvec", {"model=tiny", "rows=331"}, "matvec"},
        Case{"qwen-matvec", {"model=0.5B", "matrix=down", "rows=33"}, "matvec_long_rows"},
        Case{"qwen-matvec", {"model=tiny", "matrix=qkv"}, "matvec_qkv"},
        Case{"qwen-matmul", {"model=tiny", "rows=331", "batch=5"}, "matmul"},
        Case{"qwen-matmul", {"model=0.5B", "matrix=down", "rows=33", "batch=9"}, "matmul_long_rows"},
        Case{"qwen-attention", {"model=tiny", "context=1", "batch=1"}, "attention_of_one"},
        Case{"qwen-attention", {"model=tiny", "context=150", "batch=3"}, "attention"},
        Case{"qwen-attention", {"model=1.5B", "context=70", "batch=1"}, "attention_1_5B"},
        Case{"qwen-attention", {"model=tiny", "context=150", "kv=f16", "batch=2"}, "attention_f16"},
        Case{"qwen-attention", {"model=tiny", "context=150", "kv=int8", "batch=2"}, "attention_int8"},
        Case{"qwen-attention", {"model=0.5B", "context=70", "kv=int8", "batch=1"}, "attention_0_5B_int8"},
        Case{"qwen-rmsnorm", {"model=0.5B", "rows=7"}, "rmsnorm"},
        Case{"qwen-rope", {"model=0.5B", "rows=7"}, "rope"},
        Case{"qwen-sampling", {"model=tiny", "rows=9", "sampling=argmax"}, "sampling_argmax"},
        Case{"qwen-sampling", {"model=tiny", "rows=9", "sampling=top-k"}, "sampling_top_k"},
        Case{"qwen-sampling", {"model=tiny", "rows=9", "sampling=top-p"}, "sampling_top_p"},
        Case{"qwen-sampling", {"model=0.5B", "rows=3", "sampling=top-p"}, "sampling_with_equal_logits"},
        Case{"qwen-swiglu", {"model=tiny", "rows=7"}, "swiglu"}),
    [](const auto& tested) { return tested.param.label; });

double declared_flops(const char* name, const std::vector<std::string>& set, std::size_t variant) {
  const auto& info = find_workload(name);
  const auto settings = settings_for(info, 1, set);
  return prepared(info, settings)->work(info.variants(settings)[variant]).total.flops->amount;
}

TEST(QwenKernelWork, flops_of_each_kernel_are_those_that_the_naive_one_executes) {
  const auto shape = *shape_named("tiny");
  const auto d = shape.hidden, f = shape.intermediate, h = shape.head_dim;
  const std::vector<float> ones(4096, 1.0F);
  const std::vector<Bf16> cache(4096);
  auto w = vector_of(5 * d), x = vector_of(4096), out = vector_of(4096);
  EXPECT_EQ(declared_flops("qwen-matvec", {"model=tiny", "rows=5"}, 0),
            count_of([&] { naive::matvec(w.data(), x.data(), 5, d, out.data()); }));
  EXPECT_EQ(declared_flops("qwen-matmul", {"model=tiny", "rows=5", "batch=3"}, 0),
            3 * count_of([&] { naive::matvec(w.data(), x.data(), 5, d, out.data()); }));
  EXPECT_EQ(declared_flops("qwen-rmsnorm", {"model=tiny", "rows=1"}, 0),
            count_of([&] { naive::rmsnorm(x.data(), ones.data(), d, 1e-6F, out.data()); }));
  EXPECT_EQ(declared_flops("qwen-swiglu", {"model=tiny", "rows=1"}, 0),
            count_of([&] { naive::silu_multiply(x.data(), f, out.data()); }));
  EXPECT_EQ(declared_flops("qwen-rope", {"model=tiny", "rows=1"}, 0),
            static_cast<double>(shape.heads + shape.kv_heads) *
                count_of([&] { naive::rope(ones.data(), ones.data(), h / 2, x.data()); }));
  EXPECT_EQ(declared_flops("qwen-attention", {"model=tiny", "context=20", "batch=3"}, 0),
            3.0 * static_cast<double>(shape.layers * shape.heads) * count_of([&] {
              naive::attention(x.data(), cache.data(), cache.data(), 20, h, w.data(), out.data());
            }));
}

TEST(QwenKernelWork, int8_products_count_the_products_of_their_scales) {
  const auto shape = *shape_named("tiny");
  const auto& info = find_workload("qwen-matvec");
  const auto settings = settings_for(info, 1, {"model=tiny", "rows=5"});
  const auto workload = prepared(info, settings);
  const std::vector<std::int8_t> weights(static_cast<std::size_t>(5 * shape.hidden), 1);
  const std::vector<float> scales(weights.size() / 32, 1.0F);
  auto x = vector_of(shape.hidden), x_scales = vector_of(64), out = vector_of(5);
  const double counted = count_of([&] {
    naive::matvec_groups(weights.data(), scales.data(), x.data(), x_scales.data(), 5, shape.hidden,
                         out.data());
  });
  for (const auto& variant : info.variants(settings))
    if (variant.name == "int8-threads") {
      const auto work = workload->work(variant).total;
      EXPECT_EQ(work.flops->amount, counted);
      EXPECT_EQ(work.bytes_read->amount, 5 * static_cast<double>(shape.hidden) * 34 / 32);
    }
}

TEST(QwenKernelWork, a_smaller_cache_format_is_declared_with_its_bytes) {
  const auto read = [](const char* format) {
    const auto& info = find_workload("qwen-attention");
    const auto settings = settings_for(info, 1, {"model=tiny", "context=20", "batch=1", format});
    return prepared(info, settings)->work(info.variants(settings)[0]).total.bytes_read->amount;
  };
  EXPECT_EQ(read("kv=f16"), read("kv=bf16"));
  EXPECT_EQ(read("kv=int8") / read("kv=bf16"), 34.0 / 64.0);
}

TEST(QwenKernelWork, an_unknown_matrix_is_refused_with_the_known_ones) {
  const auto& info = find_workload("qwen-matvec");
  const auto refused = resolve_parameters(info, {"matrix=router"});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message + refused.error().hint, HasSubstr("lm_head"));
}

}  // namespace
}  // namespace hpct::qwen
