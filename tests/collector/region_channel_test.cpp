// SPDX-License-Identifier: Apache-2.0
#include "collector/region_channel.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <thread>

#include "collector/region_arena.h"
#include "collector/region_process.h"
#include "collector/region_summary.h"

namespace hpct {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

RegionChannel channel_of(std::uint64_t records) {
  auto channel = RegionChannel::create(records, Stamp::plain_register, 1);
  EXPECT_TRUE(channel) << channel.error().message;
  return std::move(*channel);
}

/// The path behind "NAME=".
std::string path_of(const RegionChannel& channel) {
  const auto variable = channel.environment();
  return variable.substr(variable.find('=') + 1);
}

/// What the start of a program linked with the library does, here in a child that was forked before.
void attach(const RegionChannel& channel) {
  ::setenv(kArenaVariable, path_of(channel).c_str(), 1);
  region_process = {.arena = {}, .wanted = true};
  __atomic_store_n(&hpct_mode, HPCT_BY_CALL, __ATOMIC_RELAXED);
}

/// Runs `work` in a program of its own that records into `channel`; how it ended.
int in_program(const RegionChannel& channel, const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    attach(channel);
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

void regions(int count) {
  for (int i = 0; i < count; ++i) {
    HPCT_REGION_AS(step, "step");
    step.work(2);
  }
}

/// Writes over the channel's memory, as a program with a wild pointer might.
template <class Number>
void damage(const RegionChannel& channel, std::size_t offset, Number number) {
  const int file = ::open(path_of(channel).c_str(), O_RDWR);
  ASSERT_EQ(::pwrite(file, &number, sizeof number, static_cast<off_t>(offset)),
            static_cast<ssize_t>(sizeof number));
  ::close(file);
}

std::size_t offset_in_tables(const std::function<const void*(const ArenaTables&)>& field) {
  static const auto* tables = private_tables();
  return static_cast<std::size_t>(static_cast<const std::byte*>(field(*tables)) -
                                  reinterpret_cast<const std::byte*>(tables));
}

TEST(RegionChannel, brings_what_a_program_recorded) {
  const auto channel = channel_of(10'000);
  ASSERT_EQ(in_program(channel, [] { regions(1000); }), 0);
  const auto delivery = channel.read();
  EXPECT_THAT(delivery.warnings, IsEmpty());
  const auto summary = summarize(delivery.recording);
  EXPECT_EQ(summary.at("step").calls, 1000);
  EXPECT_EQ(summary.at("step").work, 2000U);
}

TEST(RegionChannel, of_a_program_without_regions_is_empty) {
  const auto channel = channel_of(100);
  in_program(channel, [] {});
  EXPECT_THAT(channel.read().recording.threads, IsEmpty());
}

TEST(RegionChannel, brings_everything_up_to_a_sigkill) {
  const auto channel = channel_of(10'000);
  EXPECT_TRUE(WIFSIGNALED(in_program(channel, [] {
    HPCT_REGION("outer");
    regions(123);
    ::raise(SIGKILL);
  })));
  EXPECT_EQ(summarize(channel.read().recording).at("outer/step").calls, 123);
}

TEST(RegionChannel, knows_threads_by_name) {
  const auto channel = channel_of(10'000);
  in_program(channel, [] {
    std::thread([] {
      ::pthread_setname_np(::pthread_self(), "solver");
      regions(1);
    }).join();
  });
  const auto threads = channel.read().recording.threads;
  ASSERT_EQ(threads.size(), 1U);
  EXPECT_EQ(threads[0].name, "solver");
  EXPECT_GT(threads[0].process, 0);
}

TEST(RegionChannel, a_forked_child_has_records_of_its_own) {
  const auto channel = channel_of(10'000);
  in_program(channel, [] {
    HPCT_REGION("main");
    regions(5);
    if (::fork() == 0) {
      regions(7);
      ::_exit(0);
    }
    ::wait(nullptr);
    regions(5);
  });
  const auto summary = summarize(channel.read().recording);
  EXPECT_EQ(summary.at("main/step").calls, 10);
  EXPECT_EQ(summary.at("step").calls, 7);
}

TEST(RegionChannel, a_region_that_is_open_across_a_fork_ends_in_the_parent_only) {
  const auto channel = channel_of(10'000);
  in_program(channel, [] {
    pid_t child = 0;
    {
      HPCT_REGION("forking");
      child = ::fork();
    }
    if (child != 0) ::wait(nullptr);
  });
  EXPECT_EQ(summarize(channel.read().recording).at("forking").calls, 1);
}

TEST(RegionChannel, a_full_one_keeps_exact_sums) {
  const auto channel = channel_of(10);
  in_program(channel, [] {
    HPCT_REGION("outer");
    regions(1000);
  });
  const auto recording = channel.read().recording;
  EXPECT_EQ(recording.threads.at(0).records.size(), 10U);
  EXPECT_EQ(recording.threads.at(0).dropped, 991U);
  EXPECT_EQ(summarize(recording).at("outer/step").calls, 1000);
}

TEST(RegionChannel, another_version_of_the_library_is_named) {
  const auto channel = channel_of(100);
  damage(channel, offsetof(ArenaHeader, version), kArenaVersion + 1);
  in_program(channel, [] { regions(3); });
  damage(channel, offsetof(ArenaHeader, version), kArenaVersion);
  const auto delivery = channel.read();
  EXPECT_THAT(delivery.warnings, ElementsAre(HasSubstr("another version of hpct::region")));
  EXPECT_THAT(delivery.recording.threads, IsEmpty());
}

TEST(RegionChannel, a_program_that_cannot_find_it_runs_all_the_same) {
  const auto channel = channel_of(100);
  const int status = in_program(channel, [] {
    ::setenv(kArenaVariable, "/nonexistent/file", 1);
    regions(3);
  });
  EXPECT_EQ(status, 0);
  EXPECT_THAT(channel.read().warnings, IsEmpty());
}

TEST(RegionChannel, an_overwritten_header_is_one_warning) {
  const auto channel = channel_of(100);
  in_program(channel, [] { regions(3); });
  damage(channel, offsetof(ArenaHeader, max_records), std::uint64_t{1} << 60);
  const auto delivery = channel.read();
  EXPECT_THAT(delivery.warnings, ElementsAre(HasSubstr("wrote over")));
  EXPECT_THAT(delivery.recording.threads, IsEmpty());
}

TEST(RegionChannel, an_overwritten_lane_is_left_out_with_a_warning) {
  const auto channel = channel_of(100);
  in_program(channel, [] { regions(3); });
  damage(channel, offset_in_tables([](const ArenaTables& t) -> const void* { return &t.lanes[0].next; }),
         std::uint64_t{0x1234567});
  const auto delivery = channel.read();
  EXPECT_THAT(delivery.warnings, ElementsAre(HasSubstr("thread 0 are damaged")));
  EXPECT_THAT(delivery.recording.threads, IsEmpty());
}

TEST(RegionChannel, random_damage_anywhere_in_its_tables_never_crashes_the_reader) {
  const auto channel = channel_of(100);
  in_program(channel, [] {
    HPCT_REGION("outer");
    regions(300);
  });
  const auto lanes = offset_in_tables([](const ArenaTables& t) -> const void* { return &t.lanes[0]; });
  const auto chunks = offset_in_tables([](const ArenaTables& t) -> const void* { return &t.chunks[0]; });
  std::uint64_t random = 88172645463325252ULL;
  for (int i = 0; i < 400; ++i) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    const auto base = i % 3 == 0 ? chunks : i % 3 == 1 ? lanes : offsetof(ArenaHeader, sites_used);
    damage(channel, base + (random >> 20) % (i % 3 == 0 ? 48 : i % 3 == 1 ? sizeof(Lane) : 40), random);
    const auto delivery = channel.read();
    static_cast<void>(summarize(delivery.recording));
    static_cast<void>(timeline_of(delivery.recording, 0));
  }
}

}  // namespace
}  // namespace hpct
