// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

#include "tests/workloads/runnable_kernels.h"
#include "tests/workloads/workload_under_test.h"
#include "workloads/ceiling_limits.h"
#include "workloads/ceiling_member.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

const WorkloadInfo& ceilings() { return find_workload("ceilings"); }

struct alignas(64) Words {
  std::array<std::uint64_t, 4 * kLoadStep> value;
};

TEST(CeilingKernels, sum_every_word_of_the_range_once) {
  Words words{};
  std::uint64_t state = 1;
  for (auto& word : words.value) word = state = state * 6364136223846793005U + 1;
  const auto sum =
      std::accumulate(words.value.begin(), words.value.begin() + 3 * kLoadStep, std::uint64_t{0});
  for (const auto* kernel : runnable_kernels(all_ceiling_kernels())) {
    if (kernel->load == nullptr) continue;
    for (const std::uint64_t passes : {1, 2, 7})
      EXPECT_EQ(kernel->load(words.value.data(), 3 * kLoadStep, passes), sum) << kernel->isa;
  }
}

/// Every arithmetic loop that this CPU can run.
std::vector<std::pair<std::string, const PeakKernel*>> runnable_peaks() {
  std::vector<std::pair<std::string, const PeakKernel*>> peaks;
  for (const auto* kernel : runnable_kernels(all_ceiling_kernels()))
    for (int i = 0; i < kernel->peak_count; ++i)
      peaks.emplace_back(std::string(kernel->peaks[i].id) + " " + kernel->name, &kernel->peaks[i]);
  return peaks;
}

TEST(CeilingKernels, do_all_steps_of_all_chains) {
  for (const auto& [name, peak] : runnable_peaks())
    EXPECT_EQ(peak->run(3, 1, 1), 3 * peak->sum_of_chunk) << name;
}

TEST(CeilingKernels, sum_of_fused_chains_is_what_counting_gives) {
  for (const auto& [name, peak] : runnable_peaks()) {
    if (!name.starts_with("fma.fp32") && !name.starts_with("fma.fp64")) continue;
    double expected = 0;
    for (int chain = 0; chain < 12; ++chain) expected += peak->operations / 2.0 * (chain + 16384);
    EXPECT_EQ(peak->sum_of_chunk, expected) << name;
  }
}

TEST(CeilingKernels, multiply_as_well_as_add) {
  // v -> v / 2 + 1 has the fixed point 2, which every start reaches exactly.
  for (const auto& [name, peak] : runnable_peaks()) {
    if (!name.starts_with("fma.fp32") && !name.starts_with("fma.fp64")) continue;
    EXPECT_EQ(peak->run(1, 0.5, 1), 2.0 * 12 * peak->operations / 2) << name;
  }
}

TEST(CeilingKernels, dot_products_multiply_both_operands) {
  for (const auto& [name, peak] : runnable_peaks()) {
    if (!name.starts_with("dot.")) continue;
    const double starts = peak->run(1, 0, 1);
    EXPECT_EQ(peak->run(1, 2, 3) - starts, 6 * (peak->run(1, 1, 1) - starts)) << name;
  }
}

TEST(CeilingKernels, copy_every_word_and_no_other) {
  Words from{};
  Words to{};
  for (std::size_t i = 0; i < from.value.size(); ++i) from.value[i] = i + 1;
  for (const auto* kernel : runnable_kernels(all_ceiling_kernels())) {
    if (kernel->copy == nullptr) continue;
    to.value.fill(0);
    kernel->copy(to.value.data(), from.value.data(), 3 * kLoadStep, 2);
    for (std::size_t i = 0; i < to.value.size(); ++i)
      ASSERT_EQ(to.value[i], i < 3 * kLoadStep ? i + 1 : 0) << kernel->name << " " << i;
  }
}

struct alignas(64) Doubles {
  std::array<double, 2 * kLoadStep> value;
};

TEST(CeilingKernels, triads_compute_a_plus_factor_b_everywhere) {
  Doubles a{};
  Doubles b{};
  Doubles to{};
  for (std::size_t i = 0; i < a.value.size(); ++i) {
    a.value[i] = static_cast<double>(i);
    b.value[i] = 1000.0 - static_cast<double>(i);
  }
  for (const auto* kernel : runnable_kernels(all_ceiling_kernels()))
    for (const auto loop : {kernel->triad, kernel->nt_triad}) {
      if (loop == nullptr) continue;
      to.value.fill(0);
      loop(to.value.data(), a.value.data(), b.value.data(), 2, to.value.size(), 1);
      for (std::size_t i = 0; i < to.value.size(); ++i)
        ASSERT_EQ(to.value[i], 2000.0 - static_cast<double>(i)) << kernel->name << " " << i;
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

TEST(CeilingMember, notices_stores_that_did_not_happen) {
  CeilingMember member;
  ASSERT_TRUE(member.allocate(1 << 20, 1 << 20));
  member.fill();
  for (const auto& limit : list_limits(read_cache_sizes(), 1, false)) {
    if (limit.arrays() == 1 || limit.level == MemoryLevel::dram || !cpu_supports(limit.isa())) continue;
    const LimitWork work{.limit = limit, .set_bytes = 96 << 10};
    member.run(work, 1);
    EXPECT_TRUE(member.verify(work)) << limit.name();
    member.spoil(work);
    EXPECT_FALSE(member.verify(work)) << limit.name();
  }
}

TEST(CeilingMember, goes_round_and_round_in_a_dram_set) {
  CeilingMember member;
  ASSERT_TRUE(member.allocate(6 << 20, 3 << 20));
  member.fill();
  for (const auto& limit : list_limits(read_cache_sizes(), 1, false)) {
    if (limit.level != MemoryLevel::dram || !cpu_supports(limit.isa())) continue;
    const LimitWork work{.limit = limit, .set_bytes = 6 << 20, .plateau = {}, .units = 5};
    for (int i = 0; i < 3; ++i) {
      member.spoil(work);
      member.run(work, work.units);
      EXPECT_TRUE(member.verify(work)) << limit.name();
    }
  }
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

TEST(Ceilings, declare_the_operations_of_every_chain_and_step) {
  const auto workload = quick_ceilings();
  for (const auto& limit : list_limits(read_cache_sizes(), 2, true)) {
    if (limit.kind != Limit::Kind::peak) continue;
    const auto work = workload->work({.name = limit.name(), .summary = ""}).total;
    EXPECT_EQ(work.flops->amount, 1.0 * limit.peak->operations * 12 * 16384 * limit.threads) << limit.name();
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
  const auto refusal = refusal_of(**workload);
  EXPECT_EQ(refusal.code, ErrorCode::not_supported);
  EXPECT_FALSE(refusal.hint.empty());
}

}  // namespace
}  // namespace hpct
