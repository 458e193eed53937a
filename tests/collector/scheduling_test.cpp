// SPDX-License-Identifier: Apache-2.0
#include "collector/scheduling.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "collector/clock.h"

namespace hpct {
namespace {

void spin_cpu(std::int64_t ns) {
  timespec time{};
  const auto now = [&] {
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  const auto end = now() + ns;
  while (now() < end) {
  }
}

class Scheduling : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!TaskFolder().scheduling()) GTEST_SKIP() << "this kernel has no schedstat";
  }
};

TEST_F(Scheduling, time_on_a_core_is_cpu_time) {
  const TaskFolder tasks;
  const auto before = tasks.scheduling()->on_cpu_ns;
  spin_cpu(30'000'000);
  EXPECT_GE(tasks.scheduling()->on_cpu_ns - before, 25'000'000);  // the kernel updates it at its ticks
}

TEST_F(Scheduling, every_living_thread_counts) {
  const TaskFolder tasks;
  std::atomic<bool> spun{false};
  std::atomic<bool> seen{false};
  const auto before = tasks.scheduling()->on_cpu_ns;
  std::thread other([&] {
    spin_cpu(30'000'000);
    spun = true;
    while (!seen) std::this_thread::yield();
  });
  while (!spun) std::this_thread::yield();
  const auto during = tasks.scheduling()->on_cpu_ns - before;
  seen = true;
  other.join();
  EXPECT_GE(during, 25'000'000);
}

TEST_F(Scheduling, of_a_process_is_that_of_its_first_thread) {
  spin_cpu(20'000'000);
  EXPECT_GE(scheduling_of(::getpid())->on_cpu_ns, 15'000'000);
}

TEST(RunDelay, of_a_process_that_is_not_there_is_empty) { EXPECT_FALSE(scheduling_of(0)); }

TEST(RunDelay, is_known_when_all_cpu_time_is_accounted_for) {
  const auto value = run_delay_value({.on_cpu_ns = 1'000'000'000, .waiting_ns = 5'000'000}, 1'001'000'000);
  EXPECT_NEAR(*value.number, 0.005, 1e-12);
  EXPECT_EQ(value.unit, "s");
}

TEST(RunDelay, is_missing_when_a_thread_ended_with_its_share) {
  EXPECT_FALSE(run_delay_value({.on_cpu_ns = 500'000'000, .waiting_ns = 0}, 1'000'000'000).known());
}

TEST(RunDelay, is_missing_when_a_thread_from_before_ended) {
  EXPECT_FALSE(run_delay_value({.on_cpu_ns = -700'000'000, .waiting_ns = -5}, 1'000'000).known());
}

TEST(RunDelay, a_short_idle_stretch_is_accounted_for) {
  EXPECT_EQ(run_delay_value({.on_cpu_ns = 0, .waiting_ns = 0}, 50'000).number, 0);
}

}  // namespace
}  // namespace hpct
