// SPDX-License-Identifier: Apache-2.0
#include "workloads/ceiling_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace hpct {
namespace {

using ::testing::Contains;
using ::testing::IsSupersetOf;
using ::testing::Not;

constexpr std::int64_t kKi = 1024;
constexpr std::int64_t kMi = 1024 * kKi;

CacheSizes server() { return {.l1 = 48 * kKi, .l2 = 2 * kMi, .l3 = 260 * kMi}; }

std::vector<std::string> names(const std::vector<Limit>& limits) {
  std::vector<std::string> result;
  for (const auto& limit : limits) result.push_back(limit.name());
  return result;
}

/// Bytes per thread of the level where no plateau was found, -1 when it has no set.
std::int64_t set_of(const CacheSizes& reported, int threads, bool quick, MemoryLevel level) {
  const auto set = reported_sets(reported, threads, quick).at(static_cast<std::size_t>(level));
  return set ? set->bytes : -1;
}

TEST(CeilingLimits, lists_all_levels_and_arithmetic_on_one_and_all_threads) {
  EXPECT_THAT(names(list_limits(server(), 2, false)),
              IsSupersetOf({"l1.load/baseline/1", "l2.load/baseline/1", "l3.load/baseline/1",
                            "dram.load/baseline/1", "fma.fp32/baseline/1", "fma.fp64/baseline/1",
                            "l1.load/baseline/2", "dram.load/baseline/2", "fma.fp64/baseline/2"}));
}

TEST(CeilingLimits, have_names_of_their_own) {
  for (const int threads : {1, 2}) {
    const auto listed = names(list_limits(server(), threads, false));
    EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()).size(), listed.size());
  }
}

TEST(CeilingLimits, every_level_is_loaded_copied_and_triaded) {
  const auto listed = names(list_limits(server(), 2, false));
  for (const std::string level : {"l1", "l2", "l3", "dram"})
    EXPECT_THAT(listed, IsSupersetOf({level + ".load/baseline/1", level + ".copy/baseline/2",
                                      level + ".triad/baseline/1"}));
}

TEST(CeilingLimits, stores_past_the_caches_are_for_dram_only) {
  for (const auto& limit : list_limits(server(), 2, false))
    EXPECT_TRUE(limit.kind != Limit::Kind::nt_triad || limit.level == MemoryLevel::dram) << limit.name();
}

TEST(CeilingLimits, arithmetic_of_single_numbers_has_limits_of_its_own) {
  EXPECT_THAT(names(list_limits(server(), 1, false)),
              IsSupersetOf({"fma.fp32/scalar/1", "fma.fp64/scalar/1"}));
}

#if defined(__x86_64__)
TEST(CeilingLimits, small_precisions_have_limits_of_their_own) {
  EXPECT_THAT(names(list_limits(server(), 1, true)),
              IsSupersetOf({"fma.fp16/avx512_fp16/1", "dot.bf16/avx512_bf16/1", "dot.int8/avx512_vnni/1",
                           "dot.bf16/amx/1", "dot.int8/amx/1"}));
}
#endif

TEST(CeilingLimits, a_quick_look_loads_memory_with_one_instruction_set_that_this_cpu_has) {
  std::set<std::string> isas;
  for (const auto& limit : list_limits(server(), 2, true)) {
    if (limit.level == MemoryLevel::none) continue;
    EXPECT_EQ(limit.kind, Limit::Kind::load);
    isas.insert(limit.kernel->isa);
    EXPECT_TRUE(cpu_supports(limit.isa()));
  }
  EXPECT_EQ(isas.size(), 1U);
}

TEST(CeilingLimits, a_quick_look_gives_every_instruction_set_its_compute_roof) {
  const auto listed = names(list_limits(server(), 2, true));
  for (const auto* kernel : all_ceiling_kernels())
    if (std::string(kernel->name) != "scalar") {
      EXPECT_THAT(listed, Contains(std::string(kernel->peaks[0].id) + "/" + kernel->name + "/2"));
    }
  EXPECT_THAT(listed, Not(Contains("fma.fp32/scalar/1")));
}

TEST(CeilingLimits, a_quick_list_is_a_third_of_the_full_one) {
  EXPECT_LT(list_limits(server(), 2, true).size() * 3, list_limits(server(), 2, false).size());
}

TEST(ReportedSets, are_small_however_large_the_report) {
  const CacheSizes huge{.l1 = 1 * kMi, .l2 = 64 * kMi, .l3 = 4096 * kMi};
  EXPECT_EQ(set_of(huge, 1, false, MemoryLevel::l1), 24 * kKi);
  EXPECT_EQ(set_of(huge, 1, false, MemoryLevel::l2), 512 * kKi);
}

TEST(ReportedSets, a_small_l2_gets_half_its_size) {
  EXPECT_EQ(set_of({.l1 = 32 * kKi, .l2 = 256 * kKi, .l3 = 8 * kMi}, 1, false, MemoryLevel::l2), 128 * kKi);
}

TEST(ReportedSets, threads_share_a_quarter_of_the_l3) {
  const CacheSizes small{.l1 = 32 * kKi, .l2 = 256 * kKi, .l3 = 32 * kMi};
  EXPECT_EQ(set_of(small, 1, false, MemoryLevel::l3), 8 * kMi);
  EXPECT_EQ(set_of(small, 4, false, MemoryLevel::l3), 2 * kMi);
}

TEST(ReportedSets, an_l3_little_larger_than_the_l2_has_none) {
  EXPECT_EQ(set_of({.l1 = 48 * kKi, .l2 = 2 * kMi, .l3 = 24 * kMi}, 1, false, MemoryLevel::l3), -1);
}

TEST(CeilingLimits, caches_that_are_not_reported_are_not_listed) {
  const auto listed = names(list_limits({}, 1, false));
  EXPECT_THAT(listed, Not(Contains("l1.load/baseline/1")));
  EXPECT_THAT(listed, Not(Contains("l3.load/baseline/1")));
  EXPECT_THAT(listed, Contains("dram.load/baseline/1"));
}

TEST(ReportedSets, of_dram_are_never_below_the_reported_l3) {
  EXPECT_EQ(set_of({.l1 = {}, .l2 = {}, .l3 = 700 * kMi}, 1, false, MemoryLevel::dram), 700 * kMi);
}

TEST(ReportedSets, of_dram_are_512_mib_and_quickly_256) {
  EXPECT_EQ(set_of({}, 2, false, MemoryLevel::dram), 512 * kMi);
  EXPECT_EQ(set_of({}, 2, true, MemoryLevel::dram), 256 * kMi);
}

TEST(ReportedSets, many_threads_together_read_at_least_twice_the_set_of_one) {
  for (const int threads : {3, 7, 64, 256}) {
    const auto each = set_of(server(), threads, false, MemoryLevel::dram);
    EXPECT_GE(each * threads, (2 * 512 - threads) * kMi);  // whole MiB each
    EXPECT_LE(each, 512 * kMi);
  }
}

TEST(SetsOf, a_plateau_beats_the_reported_size_and_its_middle_is_measured) {
  NamedPlateaus found;
  found.at(1) = Plateau{64 * kKi, kMi, 140e9, 17};
  const auto sets = sets_of(found, reported_sets(server(), 1, false));
  EXPECT_EQ(sets.at(1)->bytes, 256 * kKi);
  EXPECT_EQ(sets.at(1)->plateau, found.at(1));
  EXPECT_EQ(sets.at(0)->bytes, 24 * kKi);
  EXPECT_FALSE(sets.at(0)->plateau);
}

TEST(SharedAmong, threads_have_their_own_l1_and_l2_and_share_the_l3) {
  const auto single = reported_sets(server(), 1, true);
  const auto team = shared_among(single, 4, reported_sets(server(), 4, true));
  EXPECT_EQ(team.at(0)->bytes, single.at(0)->bytes);
  EXPECT_EQ(team.at(1)->bytes, single.at(1)->bytes);
  EXPECT_EQ(team.at(2)->bytes, single.at(2)->bytes / 4);
}

TEST(SweepTop, looks_beyond_the_reported_l3_but_not_over_2_gib) {
  EXPECT_EQ(sweep_top({}, 1, false), 1024 * kMi);
  EXPECT_EQ(sweep_top({.l1 = {}, .l2 = {}, .l3 = 700 * kMi}, 1, false), 1400 * kMi);
  EXPECT_EQ(sweep_top({.l1 = {}, .l2 = {}, .l3 = 4096 * kMi}, 1, false), 2048 * kMi);
}

}  // namespace
}  // namespace hpct
