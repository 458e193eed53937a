// SPDX-License-Identifier: Apache-2.0
#include "collector/disturbance.h"

#include <gtest/gtest.h>

namespace hpct {
namespace {

/// One second on one thread during which nothing happened.
Repetition quiet() {
  Repetition repetition{.wall_ns = 1'000'000'000, .cpu_ns = 1'000'000'000, .disturbance = {}};
  auto& seen = repetition.disturbance;
  seen.run_delay_ns = 20'000;
  seen.clock_before_hz = seen.clock_after_hz = 3e9;
  seen.memory_before = seen.memory_after = 17e9;
  return repetition;
}

TEST(VerdictOf, nothing_happened_is_quiet) { EXPECT_EQ(verdict_of(quiet(), 1), "quiet"); }

TEST(VerdictOf, nothing_looked_at_is_no_verdict) {
  EXPECT_EQ(verdict_of({.wall_ns = 1'000'000'000, .cpu_ns = 0, .disturbance = {}}, 1), "");
}

TEST(VerdictOf, half_a_percent_of_waiting_disturbs) {
  auto repetition = quiet();
  repetition.disturbance.run_delay_ns = 5'000'000;
  EXPECT_EQ(verdict_of(repetition, 1), "quiet");
  repetition.disturbance.run_delay_ns = 5'000'001;
  EXPECT_EQ(verdict_of(repetition, 1), "disturbed");
}

TEST(VerdictOf, waiting_is_a_share_of_all_threads_time) {
  auto repetition = quiet();
  repetition.disturbance.run_delay_ns = 9'000'000;
  EXPECT_EQ(verdict_of(repetition, 2), "quiet");
}

TEST(VerdictOf, threads_that_a_program_made_itself_count_by_their_time) {
  auto repetition = quiet();
  repetition.cpu_ns = 4'000'000'000;
  repetition.disturbance.run_delay_ns = 9'000'000;
  EXPECT_EQ(verdict_of(repetition, 1), "quiet");
}

TEST(VerdictOf, a_clock_that_moved_by_more_than_3_percent_is_the_hosts_doing) {
  auto repetition = quiet();
  repetition.disturbance.clock_after_hz = 2.92e9;
  EXPECT_EQ(verdict_of(repetition, 1), "quiet");
  repetition.disturbance.clock_after_hz = 2.9e9;
  EXPECT_EQ(verdict_of(repetition, 1), "host-disturbed");
}

TEST(VerdictOf, memory_that_got_faster_is_as_suspect_as_slower) {
  auto repetition = quiet();
  repetition.disturbance.memory_after = 17.6e9;
  EXPECT_EQ(verdict_of(repetition, 1), "host-disturbed");
}

TEST(VerdictOf, a_cpu_that_was_too_hot_is_the_hosts_doing) {
  auto repetition = quiet();
  repetition.disturbance.throttled = 1;
  EXPECT_EQ(verdict_of(repetition, 1), "host-disturbed");
}

TEST(VerdictOf, one_stolen_tick_is_too_coarse_to_judge_by) {
  auto repetition = quiet();
  repetition.disturbance.stolen_ns = 10'000'000;
  EXPECT_EQ(verdict_of(repetition, 1), "quiet");
  repetition.disturbance.stolen_ns = 20'000'000;
  EXPECT_EQ(verdict_of(repetition, 1), "host-disturbed");
}

TEST(VerdictOf, waiting_in_the_guest_outranks_the_host) {
  auto repetition = quiet();
  repetition.disturbance.run_delay_ns = 500'000'000;
  repetition.disturbance.clock_after_hz = 2e9;
  EXPECT_EQ(verdict_of(repetition, 1), "disturbed");
}

TEST(VerdictOf, waiting_in_a_very_short_run_means_nothing) {
  auto repetition = quiet();
  repetition.wall_ns = repetition.cpu_ns = 500'000;
  repetition.disturbance.run_delay_ns = 100'000;
  EXPECT_EQ(verdict_of(repetition, 1), "quiet");
}

TEST(AddGlances, other_cores_are_what_was_busy_and_was_not_us) {
  Disturbance disturbance;
  const Glance before{.clock_hz = {},
                      .memory_rate = {},
                      .load = {.busy_ns = 1'000'000'000, .stolen_ns = {}, .throttled = {}}};
  const Glance after{.clock_hz = {},
                     .memory_rate = {},
                     .load = {.busy_ns = 4'000'000'000, .stolen_ns = {}, .throttled = {}}};
  add_glances(before, after, 2'000'000'000, 2'000'000'000, disturbance);
  EXPECT_DOUBLE_EQ(*disturbance.other_cores, 0.5);
  EXPECT_FALSE(disturbance.stolen_ns);
}

}  // namespace
}  // namespace hpct
