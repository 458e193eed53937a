// SPDX-License-Identifier: Apache-2.0
#include "collector/scheduling.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
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

void stay_on_nth_cpu(const cpu_set_t& of, int number) {
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &of) && number-- == 0) CPU_SET(cpu, &one);
  sched_setaffinity(0, sizeof one, &one);
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
  EXPECT_GE(tasks.scheduling()->on_cpu_ns - before, 30'000'000);
}

/// Busy without a system call, which would bring its CPU time up to date.
template <class Condition>
void spin_while(Condition condition) {
  while (condition()) {
  }
}

TEST_F(Scheduling, cpu_time_of_running_threads_is_no_timer_tick_late) {
  const TaskFolder tasks;
  cpu_set_t all;
  sched_getaffinity(0, sizeof all, &all);
  stay_on_nth_cpu(all, 0);
  for (int round = 0; round < 20; ++round) {
    std::atomic<bool> busy{false};
    std::atomic<bool> seen{false};
    std::int64_t used = 0;
    std::int64_t end = 0;
    std::thread other([&] {
      stay_on_nth_cpu(all, CPU_COUNT(&all) - 1);
      const auto own = clock::thread_cpu_ns();
      const auto begin = clock::monotonic_ns();
      spin_while([&] { return clock::monotonic_ns() - begin < 1'000'000; });
      busy = true;
      spin_while([&] { return !seen; });
      used = clock::thread_cpu_ns() - own;
      end = clock::monotonic_ns();
    });
    const auto before = clock::process_cpu_ns();
    const auto own = clock::thread_cpu_ns();
    spin_while([&] { return !busy; });
    const auto mine = clock::thread_cpu_ns() - own;
    const auto looked = clock::monotonic_ns();
    tasks.update_clocks();
    const auto others = clock::process_cpu_ns() - before - mine;
    seen = true;
    other.join();
    EXPECT_GE(others, used - (end - looked));
  }
  sched_setaffinity(0, sizeof all, &all);
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
  const auto value =
      run_delay_value({.on_cpu_ns = 1'000'000'000, .waiting_ns = 5'000'000, .threads = 1}, 1'001'000'000);
  EXPECT_NEAR(*value.number, 0.005, 1e-12);
  EXPECT_EQ(value.unit, "s");
}

TEST(RunDelay, is_missing_when_a_thread_ended_with_its_share) {
  EXPECT_FALSE(
      run_delay_value({.on_cpu_ns = 500'000'000, .waiting_ns = 0, .threads = 1}, 1'000'000'000).known());
}

TEST(RunDelay, is_missing_when_a_thread_from_before_ended) {
  EXPECT_FALSE(
      run_delay_value({.on_cpu_ns = -700'000'000, .waiting_ns = -5, .threads = 1}, 1'000'000).known());
}

TEST(RunDelay, another_living_thread_may_be_a_tick_behind) {
  EXPECT_TRUE(run_delay_value({.on_cpu_ns = 91'000'000, .waiting_ns = 0, .threads = 2}, 100'000'000).known());
  EXPECT_FALSE(
      run_delay_value({.on_cpu_ns = 91'000'000, .waiting_ns = 0, .threads = 1}, 100'000'000).known());
}

TEST(RunDelay, a_short_idle_stretch_is_accounted_for) {
  EXPECT_EQ(run_delay_value({.on_cpu_ns = 0, .waiting_ns = 0, .threads = 1}, 50'000).number, 0);
}

}  // namespace
}  // namespace hpct
