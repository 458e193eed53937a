// SPDX-License-Identifier: Apache-2.0
#include "analyzer/balance.h"

#include <gtest/gtest.h>

#include "tests/analyzer/sample_report.h"

namespace hpct {
namespace {

using sample::region_of;

Run run_with(double seconds, std::vector<Region> regions) {
  auto run = sample::run_of("w", "v", "avx512", 2, seconds);
  run.regions = std::move(regions);
  return run;
}

TEST(Balance, a_regions_imbalance_is_what_its_slowest_thread_has_above_the_mean) {
  const auto run = run_with(4, {region_of("r", {1, 4})});
  EXPECT_DOUBLE_EQ(*imbalance_of(run, run.regions[0]).number, 1.5 / 4);
}

TEST(Balance, a_thread_that_got_no_work_counts_in_the_mean) {
  auto run = run_with(4, {region_of("r", {4, 4})});
  run.threads = 4;
  EXPECT_DOUBLE_EQ(*imbalance_of(run, run.regions[0]).number, 0.5);
}

TEST(Balance, a_region_of_one_thread_is_serial_and_not_imbalanced) {
  const auto run = run_with(4, {region_of("r", {4})});
  EXPECT_FALSE(imbalance_of(run, run.regions[0]).known());
}

TEST(Balance, a_runs_imbalance_adds_up_its_regions_over_the_wall_time) {
  const auto run = run_with(10, {region_of("a", {4, 2}), region_of("b", {1, 3})});
  EXPECT_DOUBLE_EQ(*imbalance_of(run).number, 0.2);
}

TEST(Balance, waiting_inside_an_outer_region_does_not_hide_the_inner_imbalance) {
  const auto run =
      run_with(10, {region_of("step", {10, 10}), region_of("step/a", {4, 2}), region_of("step/b", {6, 6})});
  EXPECT_DOUBLE_EQ(*imbalance_of(run).number, 0.1);
}

TEST(Balance, inner_regions_that_overlap_in_time_are_not_added_up) {
  // Thread 0 is long in a and short in b, thread 1 the other way round, with no barrier between.
  const auto run =
      run_with(10, {region_of("step", {10, 10}), region_of("step/a", {8, 2}), region_of("step/b", {2, 8})});
  EXPECT_LE(*imbalance_of(run).number, 0.3);
}

TEST(Balance, a_run_of_one_thread_has_no_imbalance) {
  auto run = run_with(10, {region_of("a", {4})});
  run.threads = 1;
  EXPECT_FALSE(imbalance_of(run).known());
}

TEST(Balance, the_largest_saving_names_the_innermost_region_that_explains_it) {
  const auto run =
      run_with(10, {region_of("step", {6, 10}), region_of("step/a", {2, 2}), region_of("step/b", {4, 7.9})});
  const auto saving = largest_saving(run);
  ASSERT_NE(saving.region, nullptr);
  EXPECT_EQ(saving.region->path, "step/b");
  EXPECT_NEAR(saving.seconds, 1.95, 1e-9);
}

TEST(Balance, a_balanced_run_has_nothing_to_save) {
  EXPECT_EQ(largest_saving(run_with(10, {region_of("a", {5, 5})})).region, nullptr);
}

}  // namespace
}  // namespace hpct
