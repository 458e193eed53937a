// SPDX-License-Identifier: Apache-2.0
#include "collector/thread_watch.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <numeric>
#include <thread>

#include "tests/under_sanitizer.h"

namespace hpct {
namespace {

ThreadUsage used(std::int64_t thread, std::int64_t cpu_ns) {
  ThreadUsage usage;
  usage.thread = thread;
  usage.cpu_ns = cpu_ns;
  return usage;
}

TEST(BusiestThreads, are_listed_in_order_of_their_numbers) {
  const auto listed = busiest({used(3, 10), used(1, 20), used(2, 30)}, 5);
  ASSERT_EQ(listed.size(), 3U);
  EXPECT_EQ(listed[0].thread, 1);
  EXPECT_EQ(listed[2].thread, 3);
}

TEST(BusiestThreads, those_left_out_are_summed_up) {
  const auto listed = busiest({used(1, 1), used(2, 30), used(3, 2), used(4, 40)}, 2);
  ASSERT_EQ(listed.size(), 3U);
  EXPECT_EQ(listed[0].thread, 2);
  EXPECT_EQ(listed[2].name, "(2 others)");
  EXPECT_EQ(listed[2].cpu_ns, 3);
}

TEST(ThreadWatch, sees_the_threads_of_a_process_by_name) {
  if (kUnderThreadSanitizer) GTEST_SKIP() << "the thread sanitizer has threads of its own in the child";
  if (!std::ifstream("/proc/self/schedstat")) GTEST_SKIP() << "this kernel has no schedstat";
  const pid_t child = ::fork();
  if (child == 0) {
    std::thread helper([] {
      ::prctl(PR_SET_NAME, "helper");
      ::usleep(400'000);
    });
    helper.join();
    ::_exit(0);
  }
  ThreadWatch watch;
  watch.start(child);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  watch.stop();
  ::waitpid(child, nullptr, 0);
  const auto seen = watch.seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].thread, child);
  EXPECT_TRUE(seen[0].exact);
  EXPECT_EQ(seen[1].name, "helper");
  EXPECT_FALSE(seen[1].exact);
}

/// As on a busy machine, where a program is seen often before its exec.
TEST(ThreadWatch, the_first_thread_has_its_last_name) {
  if (!std::ifstream("/proc/self/schedstat")) GTEST_SKIP() << "this kernel has no schedstat";
  const pid_t child = ::fork();
  if (child == 0) {
    ::usleep(250'000);
    ::prctl(PR_SET_NAME, "by exec");
    ::_exit(0);
  }
  ThreadWatch watch;
  watch.start(child);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  watch.stop();
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(watch.seen().at(0).name, "by exec");
}

}  // namespace
}  // namespace hpct
