// SPDX-License-Identifier: Apache-2.0
#include "workloads/thread_team.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <numeric>
#include <set>

#include "tests/under_sanitizer.h"

namespace hpct {
namespace {

class ThreadTeamOfSize : public ::testing::TestWithParam<int> {};

TEST_P(ThreadTeamOfSize, calls_every_member_once_per_job) {
  ThreadTeam team(GetParam());
  ASSERT_EQ(team.size(), GetParam());
  std::vector<int> calls(static_cast<std::size_t>(GetParam()));
  constexpr int kJobs = 2000;
  for (int job = 0; job < kJobs; ++job)
    team.run([&](int member) { ++calls[static_cast<std::size_t>(member)]; });
  for (const int count : calls) EXPECT_EQ(count, kJobs);
}

TEST_P(ThreadTeamOfSize, has_finished_all_members_when_run_returns) {
  ThreadTeam team(GetParam());
  std::vector<std::int64_t> parts(static_cast<std::size_t>(GetParam()));
  for (std::int64_t job = 1; job <= 500; ++job) {
    team.run([&](int member) { parts[static_cast<std::size_t>(member)] = job * (member + 1); });
    const std::int64_t members = GetParam();
    ASSERT_EQ(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}),
              job * members * (members + 1) / 2);
  }
}

TEST_P(ThreadTeamOfSize, lets_nobody_pass_a_barrier_before_all_arrived) {
  const int members = GetParam();
  ThreadTeam team(members);
  std::atomic<int> arrived{0};
  std::atomic<int> early{0};
  team.run([&](int) {
    for (int phase = 1; phase <= 300; ++phase) {
      arrived.fetch_add(1);
      team.barrier();
      if (arrived.load() < phase * members) early.fetch_add(1);
      team.barrier();
    }
  });
  EXPECT_EQ(early.load(), 0);
  EXPECT_EQ(arrived.load(), 300 * members);
}

TEST_P(ThreadTeamOfSize, hands_plain_data_over_at_a_barrier) {
  const int members = GetParam();
  ThreadTeam team(members);
  std::vector<int> mine(static_cast<std::size_t>(members));
  std::vector<int> seen(static_cast<std::size_t>(members));
  team.run([&](int member) {
    mine[static_cast<std::size_t>(member)] = 10 + member;
    team.barrier();
    seen[static_cast<std::size_t>(member)] = mine[static_cast<std::size_t>((member + 1) % members)];
  });
  for (int member = 0; member < members; ++member)
    EXPECT_EQ(seen[static_cast<std::size_t>(member)], 10 + (member + 1) % members);
}

TEST_P(ThreadTeamOfSize, works_after_its_members_fell_asleep) {
  ThreadTeam team(GetParam());
  std::atomic<int> calls{0};
  for (int job = 0; job < 5; ++job) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    team.run([&](int member) {
      std::this_thread::sleep_for(std::chrono::milliseconds(member));
      calls.fetch_add(1);
    });
  }
  EXPECT_EQ(calls.load(), 5 * GetParam());
}

TEST_P(ThreadTeamOfSize, can_be_made_and_thrown_away_quickly) {
  std::atomic<int> calls{0};
  for (int i = 0; i < 100; ++i) {
    ThreadTeam team(GetParam());
    if (i % 2 == 0) team.run([&](int) { calls.fetch_add(1); });
  }
  EXPECT_EQ(calls.load(), 50 * GetParam());
}

INSTANTIATE_TEST_SUITE_P(Sizes, ThreadTeamOfSize, ::testing::Values(1, 2, 3, 4));

cpu_set_t allowed_cpus() {
  cpu_set_t cpus;
  EXPECT_EQ(sched_getaffinity(0, sizeof cpus, &cpus), 0);
  return cpus;
}

TEST(ThreadTeam, no_two_members_share_a_cpu_where_there_are_enough) {
  const auto before = allowed_cpus();
  const int size = CPU_COUNT(&before);
  ThreadTeam team(size);
  std::vector<int> cpus(static_cast<std::size_t>(size));
  team.run([&](int member) { cpus[static_cast<std::size_t>(member)] = sched_getcpu(); });
  EXPECT_EQ(std::set<int>(cpus.begin(), cpus.end()).size(), cpus.size());
}

TEST(ThreadTeam, the_caller_may_use_afterwards_what_it_could_before) {
  const auto before = allowed_cpus();
  ThreadTeam team(2);
  for (int job = 0; job < 100; ++job) team.run([](int) {});
  const auto after = allowed_cpus();
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(ThreadTeam, more_members_than_cpus_may_go_anywhere) {
  const auto before = allowed_cpus();
  ThreadTeam team(CPU_COUNT(&before) + 1);
  std::vector<int> counts(static_cast<std::size_t>(team.size()));
  team.run([&](int member) {
    const auto own = allowed_cpus();
    counts[static_cast<std::size_t>(member)] = CPU_COUNT(&own);
  });
  EXPECT_THAT(counts, ::testing::Each(CPU_COUNT(&before)));
}

TEST(ThreadTeam, keeps_member_zero_on_the_calling_thread) {
  ThreadTeam team(3);
  std::array<std::thread::id, 3> ids;
  team.run([&](int member) { ids.at(static_cast<std::size_t>(member)) = std::this_thread::get_id(); });
  EXPECT_EQ(ids[0], std::this_thread::get_id());
  EXPECT_EQ(std::set<std::thread::id>(ids.begin(), ids.end()).size(), 3U);
}

TEST(ThreadTeam, below_one_member_is_one_member) { EXPECT_EQ(ThreadTeam(0).size(), 1); }

TEST(ThreadTeamDeathTest, more_threads_than_the_system_has_is_an_error_and_not_a_hang) {
  if (kUnderSanitizer) GTEST_SKIP() << "sanitizers need more address space than the limit of this test";
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto limited = [] {
    // Address space for a few 8 MiB stacks only: works for root too, unlike a limit of processes.
    const rlimit space{256UL << 20, 256UL << 20};
    ::setrlimit(RLIMIT_AS, &space);
    const auto team = make_thread_team(1000);
    const bool told = !team && team.error().code == ErrorCode::io && !team.error().hint.empty();
    ::_exit(told ? 0 : 1);
  };
  EXPECT_EXIT(limited(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace hpct
