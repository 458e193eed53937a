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

CacheSizes server() { return {.l1 = 48 * kKi, .l2 = 2 * kMi, .l3 = 260 * kMi, .available = {}}; }

std::vector<std::string> names(const std::vector<Limit>& limits) {
  std::vector<std::string> result;
  for (const auto& limit : limits) result.push_back(limit.name());
  return result;
}

/// Bytes per thread of the limit, -1 when it is not listed.
std::int64_t set_of(const std::vector<Limit>& limits, const std::string& name) {
  for (const auto& limit : limits)
    if (limit.name() == name) return limit.set_bytes;
  return -1;
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

TEST(CeilingLimits, a_quick_look_measures_memory_with_one_instruction_set_that_this_cpu_has) {
  std::set<std::string> isas;
  for (const auto& limit : list_limits(server(), 2, true)) {
    if (!limit.id.ends_with(".load")) continue;
    isas.insert(limit.kernel->isa);
    EXPECT_TRUE(cpu_supports(limit.isa()));
  }
  EXPECT_EQ(isas.size(), 1U);
}

TEST(CeilingLimits, a_quick_look_gives_every_instruction_set_its_compute_roof) {
  const auto listed = names(list_limits(server(), 2, true));
  for (const auto* kernel : all_ceiling_kernels())
    EXPECT_THAT(listed, ::testing::Contains("fma.fp32/" + std::string(kernel->isa) + "/2"));
}

TEST(CeilingLimits, cache_sets_are_small_however_large_the_report) {
  const auto limits =
      list_limits({.l1 = 1 * kMi, .l2 = 64 * kMi, .l3 = 4096 * kMi, .available = {}}, 1, false);
  EXPECT_EQ(set_of(limits, "l1.load/baseline/1"), 24 * kKi);
  EXPECT_EQ(set_of(limits, "l2.load/baseline/1"), 512 * kKi);
}

TEST(CeilingLimits, a_small_l2_gets_half_its_size) {
  const auto limits =
      list_limits({.l1 = 32 * kKi, .l2 = 256 * kKi, .l3 = 8 * kMi, .available = {}}, 1, false);
  EXPECT_EQ(set_of(limits, "l2.load/baseline/1"), 128 * kKi);
}

TEST(CeilingLimits, threads_share_a_quarter_of_the_l3) {
  const auto limits =
      list_limits({.l1 = 32 * kKi, .l2 = 256 * kKi, .l3 = 32 * kMi, .available = {}}, 4, false);
  EXPECT_EQ(set_of(limits, "l3.load/baseline/1"), 8 * kMi);
  EXPECT_EQ(set_of(limits, "l3.load/baseline/4"), 2 * kMi);
}

TEST(CeilingLimits, an_l3_little_larger_than_the_l2_is_not_listed) {
  const auto limits = list_limits({.l1 = 48 * kKi, .l2 = 2 * kMi, .l3 = 24 * kMi, .available = {}}, 1, false);
  EXPECT_THAT(names(limits), Not(Contains("l3.load/baseline/1")));
}

TEST(CeilingLimits, caches_that_are_not_reported_are_not_listed) {
  const auto limits = list_limits({}, 1, false);
  EXPECT_THAT(names(limits), Not(Contains("l1.load/baseline/1")));
  EXPECT_THAT(names(limits), Not(Contains("l3.load/baseline/1")));
  EXPECT_THAT(names(limits), Contains("dram.load/baseline/1"));
}

TEST(CeilingLimits, the_dram_set_is_never_below_the_reported_l3) {
  const auto limits = list_limits({.l1 = {}, .l2 = {}, .l3 = 700 * kMi, .available = {}}, 1, false);
  EXPECT_EQ(set_of(limits, "dram.load/baseline/1"), 700 * kMi);
}

TEST(CeilingLimits, dram_sets_are_512_mib_and_quickly_256) {
  EXPECT_EQ(set_of(list_limits({}, 2, false), "dram.load/baseline/2"), 512 * kMi);
  const auto quick = list_limits({}, 2, true);
  const auto dram =
      std::find_if(quick.begin(), quick.end(), [](const Limit& limit) { return limit.id == "dram.load"; });
  EXPECT_EQ(dram->set_bytes, 256 * kMi);
}

TEST(CeilingLimits, many_threads_together_read_at_least_twice_the_set_of_one) {
  for (const int threads : {3, 7, 64, 256}) {
    const auto limits = list_limits(server(), threads, false);
    const auto each = set_of(limits, "dram.load/baseline/" + std::to_string(threads));
    EXPECT_GE(each * threads, (2 * 512 - threads) * kMi);  // whole MiB each
    EXPECT_LE(each, 512 * kMi);
  }
}

}  // namespace
}  // namespace hpct
