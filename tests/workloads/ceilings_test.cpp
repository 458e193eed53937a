// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

#include "tests/workloads/workload_under_test.h"
#include "workloads/ceiling_limits.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

const WorkloadInfo& ceilings() { return find_workload("ceilings"); }

std::vector<const CeilingKernel*> runnable_kernels() {
  std::vector<const CeilingKernel*> kernels;
  for (const auto* kernel : all_ceiling_kernels())
    if (cpu_supports(*isa_from(kernel->isa))) kernels.push_back(kernel);
  return kernels;
}

struct alignas(64) Words {
  std::array<std::uint64_t, 4 * kLoadStep> value;
};

TEST(CeilingKernels, sum_every_word_of_the_range_once) {
  Words words{};
  std::uint64_t state = 1;
  for (auto& word : words.value) word = state = state * 6364136223846793005U + 1;
  const auto sum =
      std::accumulate(words.value.begin(), words.value.begin() + 3 * kLoadStep, std::uint64_t{0});
  for (const auto* kernel : runnable_kernels())
    for (const std::uint64_t passes : {1, 2, 7})
      EXPECT_EQ(kernel->load(words.value.data(), 3 * kLoadStep, passes), sum) << kernel->isa;
}

TEST(CeilingKernels, do_all_steps_of_single_precision) {
  for (const auto* kernel : runnable_kernels()) {
    double expected = 0;
    for (int chain = 0; chain < kFmaChains; ++chain)
      expected += 3.0 * kernel->fp32_lanes * (chain + kFmaSteps);
    EXPECT_EQ(kernel->fma_fp32(3, 1, 1), expected) << kernel->isa;
    EXPECT_EQ(fma_checksum(3, kernel->fp32_lanes), expected) << kernel->isa;
  }
}

TEST(CeilingKernels, do_all_steps_of_double_precision) {
  for (const auto* kernel : runnable_kernels()) {
    double expected = 0;
    for (int chain = 0; chain < kFmaChains; ++chain)
      expected += 5.0 * kernel->fp64_lanes * (chain + kFmaSteps);
    EXPECT_EQ(kernel->fma_fp64(5, 1, 1), expected) << kernel->isa;
  }
}

TEST(CeilingKernels, multiply_as_well_as_add) {
  // v -> v / 2 + 1 has the fixed point 2, which every start reaches exactly.
  for (const auto* kernel : runnable_kernels()) {
    EXPECT_EQ(kernel->fma_fp32(1, 0.5F, 1), 2.0 * kFmaChains * kernel->fp32_lanes) << kernel->isa;
    EXPECT_EQ(kernel->fma_fp64(1, 0.5, 1), 2.0 * kFmaChains * kernel->fp64_lanes) << kernel->isa;
  }
}

Settings quick_settings() { return settings_for(ceilings(), 2, {"quick=1"}); }

/// Not prepared: for what is declared, which needs none of the large buffers.
std::unique_ptr<Workload> quick_ceilings() { return std::move(*ceilings().make(quick_settings())); }

TEST(Ceilings, have_the_role_that_makes_them_roofs) { EXPECT_EQ(ceilings().role, "ceiling"); }

// One test for both, because preparing touches hundreds of MiB.
TEST(Ceilings, all_give_their_checksum) {
  const auto settings = quick_settings();
  const auto workload = prepared(ceilings(), settings);
  for (const auto& variant : runnable_variants(ceilings(), settings))
    EXPECT_EQ(run_and_verify(*workload, variant), "") << variant.name;
}

TEST(Ceilings, on_one_thread_are_not_parallel) {
  for (const auto& variant : ceilings().variants(quick_settings()))
    EXPECT_EQ(variant.parallel, variant.name.ends_with("/2")) << variant.name;
}

TEST(Ceilings, declare_bytes_for_loads_and_flops_for_arithmetic_and_never_both) {
  const auto workload = quick_ceilings();
  for (const auto& variant : ceilings().variants(quick_settings())) {
    const auto work = workload->work(variant).total;
    const bool loads = variant.name.find(".load/") != std::string::npos;
    EXPECT_EQ(work.bytes_read.has_value(), loads) << variant.name;
    EXPECT_EQ(work.flops.has_value(), !loads) << variant.name;
  }
}

TEST(Ceilings, declare_one_pass_over_the_sets_of_all_threads_before_calibration) {
  const auto workload = quick_ceilings();
  for (const auto& limit : list_limits(read_cache_sizes(), 2, true)) {
    if (limit.kind != Limit::Kind::cache_load) continue;
    const auto work = workload->work({.name = limit.name(), .summary = ""}).total;
    EXPECT_EQ(work.bytes_read->amount, static_cast<double>(limit.set_bytes * limit.threads)) << limit.name();
  }
}

TEST(Ceilings, declare_two_flop_per_lane_chain_and_step) {
  const auto workload = quick_ceilings();
  for (const auto& limit : list_limits(read_cache_sizes(), 2, true)) {
    if (limit.kind != Limit::Kind::fma_fp32) continue;
    const auto work = workload->work({.name = limit.name(), .summary = ""}).total;
    EXPECT_EQ(work.flops->amount, 2.0 * limit.kernel->fp32_lanes * 12 * 16384 * limit.threads)
        << limit.name();
  }
}

TEST(Ceilings, refuse_a_limit_they_do_not_know) {
  EXPECT_FALSE(quick_ceilings()->run({.name = "l9.load/avx2/1", .summary = ""}));
}

TEST(Ceilings, on_one_thread_list_nothing_twice) {
  const auto settings = settings_for(ceilings(), 1, {});
  for (const auto& variant : ceilings().variants(settings)) EXPECT_THAT(variant.name, HasSubstr("/1"));
}

TEST(Ceilings, that_need_more_than_half_of_the_memory_are_refused_with_a_hint) {
  const auto settings = settings_for(ceilings(), 100'000, {});
  const auto workload = ceilings().make(settings);
  ASSERT_TRUE(workload);
  NoProgress progress;
  const auto ready = (*workload)->prepare(progress);
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().code, ErrorCode::not_supported);
  EXPECT_FALSE(ready.error().hint.empty());
}

}  // namespace
}  // namespace hpct
