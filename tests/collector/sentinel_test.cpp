// SPDX-License-Identifier: Apache-2.0
#include "collector/sentinel.h"

#include <gtest/gtest.h>

#include <fstream>

#include "collector/clock_probe.h"
#include "tests/temporary_folder.h"

namespace hpct {
namespace {

TEST(GlancePlan, takes_less_than_a_tenth_of_the_call_together) {
  for (const double seconds : {0.001, 0.005, 0.02, 0.1, 0.15, 1.0, 10.0}) {
    const auto plan = glance_plan(seconds);
    EXPECT_LE(2 * (plan.clock + plan.memory), 0.1 * seconds) << seconds;
  }
}

TEST(GlancePlan, beside_a_very_short_call_there_is_no_time_for_any) {
  const auto plan = glance_plan(0.001);
  EXPECT_EQ(plan.clock, 0);
  EXPECT_EQ(plan.memory, 0);
  EXPECT_FALSE(plan.load);
}

TEST(GlancePlan, memory_is_looked_at_beside_long_calls_only) {
  EXPECT_EQ(glance_plan(0.05).memory, 0);
  EXPECT_GT(glance_plan(0.05).clock, 0);
  EXPECT_EQ(glance_plan(1).memory, 0.005);
}

TEST(Sentinel, sees_only_what_it_was_asked_to_look_at) {
  Sentinel sentinel;
  const auto glance = sentinel.look_before({.clock = 1e-4, .memory = 0, .load = false});
  EXPECT_TRUE(glance.clock_hz);
  EXPECT_FALSE(glance.memory_rate);
  EXPECT_FALSE(glance.load.busy_ns);
  EXPECT_EQ(sentinel.resident_bytes(), 0);
}

TEST(EstimateClock, is_a_clock_that_a_cpu_can_have) {
  const double hz = estimate_clock(0.001);
  EXPECT_GT(hz, 1e8);
  EXPECT_LT(hz, 2e10);
}

TEST(SystemLoad, adds_up_what_was_busy_without_idle_and_waiting_for_disks) {
  const TemporaryFolder root;
  std::filesystem::create_directories(root.path() / "proc");
  std::ofstream(root.path() / "proc/stat") << "cpu  10 20 30 1000 500 1 2 7 99 0\ncpu0 1 2 3 4\n";
  const auto load = read_system_load(root.path());
  const auto tick_ns = 1'000'000'000 / sysconf(_SC_CLK_TCK);
  EXPECT_EQ(load.busy_ns, (10 + 20 + 30 + 1 + 2) * tick_ns);
  EXPECT_EQ(load.stolen_ns, 7 * tick_ns);
  EXPECT_FALSE(load.throttled);
}

TEST(SystemLoad, counts_throttling_of_core_and_package) {
  const TemporaryFolder root;
  const auto folder = root.path() / "sys/devices/system/cpu/cpu0/thermal_throttle";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "core_throttle_count") << 3 << '\n';
  std::ofstream(folder / "package_throttle_count") << 4 << '\n';
  EXPECT_EQ(read_system_load(root.path()).throttled, 7);
}

TEST(SystemLoad, of_a_system_that_says_nothing_is_nothing) {
  const TemporaryFolder root;
  const auto load = read_system_load(root.path());
  EXPECT_FALSE(load.busy_ns || load.stolen_ns || load.throttled);
}

}  // namespace
}  // namespace hpct
