// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <hpct/region.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <new>
#include <thread>

#include "collector/clock.h"
#include "collector/recorder.h"
#include "collector/region_summary.h"
#include "tests/under_sanitizer.h"

namespace {
std::atomic<std::int64_t> allocations{0};
}

// Every allocation of this program is counted, so that "none" can be proved.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace hpct {
namespace {

/// Records what `work` does, on this thread or the threads it makes.
template <class Work>
Recording record_all(Work work) {
  recorder::take();
  recorder::start();
  work();
  recorder::stop();
  return recorder::take();
}

template <class Work>
std::vector<ThreadRecords> record(Work work) {
  return record_all(work).threads;
}

/// With room for `capacity` records.
template <class Work>
Recording record_within(std::size_t capacity, Work work) {
  recorder::set_capacity(capacity);
  auto recording = record_all(work);
  recorder::set_capacity(std::size_t{1} << 18);
  return recording;
}

/// On a thread of its own.
template <class Work>
ThreadRecords record_on_thread(std::size_t capacity, Work work) {
  const auto recording = record_within(capacity, [&] { std::thread(work).join(); });
  return recording.threads.empty() ? ThreadRecords{} : recording.threads.front();
}

std::string name_of(std::uint32_t site) { return Recording{{}, recorder::sites()}.place(site).name; }

TEST(Region, is_recorded_once_with_its_name) {
  const auto threads = record([] { HPCT_REGION("parse"); });
  ASSERT_EQ(threads.size(), 1U);
  ASSERT_EQ(threads[0].records.size(), 1U);
  EXPECT_EQ(name_of(threads[0].records[0].site), "parse");
}

TEST(Region, lasts_as_long_as_its_scope) {
  std::int64_t outside = 0;
  const auto threads = record([&] {
    { HPCT_REGION("registration"); }  // the first region of a thread makes its buffer, which takes its time
    const auto before = clock::monotonic_ns();
    {
      HPCT_REGION("wait");
      const auto begin = clock::monotonic_ns();
      while (clock::monotonic_ns() - begin < 2'000'000) {
      }
    }
    outside = clock::monotonic_ns() - before;
  });
  const auto ns = static_cast<double>(threads.at(0).records.at(1).duration) * clock::ns_per_tick();
  EXPECT_GE(ns, 1.98e6);
  EXPECT_LE(ns, static_cast<double>(outside) * 1.01);
}

TEST(Region, nested_regions_have_their_depth_and_end_before_their_parent) {
  const auto threads = record([] {
    HPCT_REGION("outer");
    { HPCT_REGION("first"); }
    {
      HPCT_REGION("second");
      { HPCT_REGION("inner"); }
    }
  });
  const auto& records = threads.at(0).records;
  ASSERT_EQ(records.size(), 4U);
  std::vector<std::string> names;
  std::vector<std::uint32_t> depths;
  for (const auto& r : records) {
    names.push_back(name_of(r.site));
    depths.push_back(r.depth);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"first", "inner", "second", "outer"}));
  EXPECT_EQ(depths, (std::vector<std::uint32_t>{1, 2, 1, 0}));
}

TEST(Region, an_inner_region_lies_within_its_parent) {
  const auto threads = record([] {
    HPCT_REGION("outer");
    { HPCT_REGION("inner"); }
  });
  const auto& inner = threads.at(0).records[0];
  const auto& outer = threads.at(0).records[1];
  EXPECT_GE(inner.begin, outer.begin);
  EXPECT_LE(inner.begin + inner.duration, outer.begin + outer.duration);
}

TEST(Region, records_nothing_while_nobody_records) {
  recorder::take();
  { HPCT_REGION("unseen"); }
  EXPECT_TRUE(recorder::take().threads.empty());
}

TEST(Region, that_began_before_the_recording_is_left_out) {
  recorder::take();
  {
    HPCT_REGION("early");
    recorder::start();
    { HPCT_REGION("seen"); }
  }
  recorder::stop();
  const auto threads = recorder::take().threads;
  ASSERT_EQ(threads.at(0).records.size(), 1U);
  EXPECT_EQ(name_of(threads[0].records[0].site), "seen");
  EXPECT_EQ(threads[0].records[0].depth, 0U);
}

TEST(Region, that_ends_after_the_recording_is_kept_and_the_depth_returns_to_zero) {
  record([] {
    HPCT_REGION("late");
    recorder::stop();
  });
  const auto threads = record([] { HPCT_REGION("next"); });
  EXPECT_EQ(threads.at(0).records.at(0).depth, 0U);
}

TEST(Region, carries_the_sum_of_its_payload) {
  const auto threads = record([] {
    HPCT_REGION_AS(region, "rows");
    region.work(40);
    region.work(2);
  });
  EXPECT_EQ(threads.at(0).records.at(0).work, 42U);
}

TEST(Region, one_site_keeps_its_number) {
  const auto threads = record([] {
    for (int i = 0; i < 3; ++i) {
      HPCT_REGION("again");
    }
  });
  const auto& records = threads.at(0).records;
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].site, records[2].site);
}

TEST(Region, threads_record_into_buffers_of_their_own) {
  std::atomic<int> ready{0};
  const auto work = [&ready](int calls) {
    ++ready;
    while (ready < 2) std::this_thread::yield();
    for (int i = 0; i < calls; ++i) {
      HPCT_REGION("task");
    }
  };
  const auto threads = record([&] {
    std::thread other(work, 1000);
    work(10);
    other.join();
  });
  ASSERT_EQ(threads.size(), 2U);
  EXPECT_NE(threads[0].thread, threads[1].thread);
  EXPECT_EQ(threads[0].records.size() + threads[1].records.size(), 1010U);
}

TEST(Region, a_full_buffer_keeps_the_start_and_counts_what_it_dropped) {
  const auto thread = record_on_thread(16, [] {
    for (int i = 0; i < 20; ++i) {
      HPCT_REGION("many");
    }
  });
  EXPECT_EQ(thread.records.size(), 16U);
  EXPECT_EQ(thread.dropped, 4U);
}

TEST(Region, a_full_buffer_knows_when_the_first_and_the_last_drop_were) {
  const auto thread = record_on_thread(17, [] {
    for (int i = 0; i < 20; ++i) {
      HPCT_REGION("many");
    }
  });
  const auto& last_kept = thread.records.back();
  EXPECT_GE(thread.first_drop, last_kept.begin + last_kept.duration);
  EXPECT_GT(thread.last_drop, thread.first_drop);
}

TEST(Region, a_thread_that_got_no_room_drops_everything_and_says_so) {
  if (kUnderSanitizer) GTEST_SKIP() << "sanitizers end the program instead of refusing memory";
  const auto thread = record_on_thread(std::size_t{1} << 50, [] {
    for (int i = 0; i < 5; ++i) {
      HPCT_REGION("homeless");
    }
  });
  EXPECT_TRUE(thread.records.empty());
  EXPECT_EQ(thread.dropped, 5U);
}

TEST(Region, drops_are_not_reported_twice) {
  record_on_thread(18, [] {
    for (int i = 0; i < 20; ++i) {
      HPCT_REGION("many");
    }
  });
  const auto thread = record_on_thread(18, [] { HPCT_REGION("one"); });
  EXPECT_EQ(thread.dropped, 0U);
  EXPECT_EQ(thread.first_drop, 0U);
}

TEST(Region, the_buffer_of_an_ended_thread_is_used_again) {
  const auto first = record_on_thread(19, [] { HPCT_REGION("team one"); });
  const auto second = record_on_thread(19, [] { HPCT_REGION("team two"); });
  EXPECT_EQ(first.thread, second.thread);
}

TEST(Region, the_buffer_of_an_ended_thread_is_left_alone_while_it_holds_records) {
  const auto threads = record([] {
    std::thread([] { HPCT_REGION("first"); }).join();
    std::thread([] { HPCT_REGION("second"); }).join();
  });
  EXPECT_EQ(threads.size(), 2U);
}

struct LateRegion {
  ~LateRegion() { HPCT_REGION("after the end"); }
};

TEST(Region, in_the_destructor_of_a_thread_local_is_recorded) {
  const auto threads = record([] {
    std::thread([] {
      thread_local LateRegion late;
      static_cast<void>(&late);
      HPCT_REGION("normal");
    }).join();
  });
  ASSERT_EQ(threads.size(), 1U);
  EXPECT_EQ(threads[0].records.size(), 2U);
}

TEST(Region, allocates_nothing_once_its_thread_and_site_are_known) {
  std::int64_t during = -1;
  record([&during] {
    const auto nest = [] {
      HPCT_REGION_AS(outer, "outer");
      { HPCT_REGION("inner"); }
      outer.work(1);
    };
    nest();
    const auto before = allocations.load();
    for (int i = 0; i < 10'000; ++i) nest();
    during = allocations.load() - before;
  });
  EXPECT_EQ(during, 0);
}

TEST(Region, allocates_nothing_while_the_buffer_is_full) {
  std::int64_t during = -1;
  record_on_thread(21, [&during] {
    const auto once = [] { HPCT_REGION("overflow"); };
    for (int i = 0; i < 21; ++i) once();
    const auto before = allocations.load();
    for (int i = 0; i < 1000; ++i) once();
    during = allocations.load() - before;
  });
  EXPECT_EQ(during, 0);
}

TEST(Region, allocates_nothing_while_nobody_records) {
  const auto before = allocations.load();
  for (int i = 0; i < 1000; ++i) {
    HPCT_REGION("inactive");
  }
  EXPECT_EQ(allocations.load() - before, 0);
}

TEST(Region, an_unknown_site_has_the_name_question_mark) {
  EXPECT_EQ(name_of(0), "?");
  EXPECT_EQ(name_of(4'000'000'000U), "?");
}

/// A tree of calls whose sums are known: 1 outer, `calls` middles with 3 units of work, twice as many leaves
/// half of which are called from another place.
void known_tree(int calls) {
  HPCT_REGION("outer");
  for (int i = 0; i < calls; ++i) {
    {
      HPCT_REGION_AS(middle, "middle");
      { HPCT_REGION("leaf"); }
      middle.work(3);
    }
    { HPCT_REGION("leaf"); }
  }
}

std::map<std::string, std::pair<std::int64_t, std::uint64_t>> calls_and_work(const Recording& recording) {
  std::map<std::string, std::pair<std::int64_t, std::uint64_t>> sums;
  for (const auto& [path, totals] : summarize(recording)) sums[path] = {totals.calls, totals.work};
  return sums;
}

TEST(Region, sums_by_path_are_exact_wherever_the_buffer_became_full) {
  const std::map<std::string, std::pair<std::int64_t, std::uint64_t>> expected{
      {"outer", {1, 0}},
      {"outer/leaf", {40, 0}},
      {"outer/middle", {40, 120}},
      {"outer/middle/leaf", {40, 0}}};
  for (std::size_t capacity = 1; capacity <= 121; ++capacity)
    EXPECT_EQ(calls_and_work(record_within(capacity, [] { known_tree(40); })), expected) << capacity;
}

TEST(Region, times_and_histograms_go_on_when_the_buffer_is_full) {
  const auto summary = summarize(record_within(10, [] {
    for (int i = 0; i < 100; ++i) {
      HPCT_REGION("busy");
      const auto begin = clock::monotonic_ns();
      while (clock::monotonic_ns() - begin < 20'000) {
      }
    }
  }));
  const auto& busy = summary.at("busy");
  std::int64_t counted = 0;
  for (std::size_t i = 0; i < busy.histogram.size(); ++i) {
    counted += busy.histogram[i];
    if (i < 15) {
      EXPECT_EQ(busy.histogram[i], 0) << "none was shorter than 2^14 ns";
    }
  }
  EXPECT_EQ(counted, 100);
  EXPECT_GE(busy.min_ns, 19'900);
  EXPECT_GE(busy.total_ns, 100 * std::int64_t{19'900});
  EXPECT_LE(busy.max_ns, busy.total_ns - 99 * busy.min_ns + 1);
}

void recurse(int depth) {
  HPCT_REGION("again");
  if (depth > 1) recurse(depth - 1);
}

TEST(Region, sums_deeper_than_any_sane_program_are_kept_together) {
  const auto sums = calls_and_work(record_within(1, [] { recurse(300); }));
  std::int64_t calls = 0;
  for (const auto& [path, sum] : sums) calls += sum.first;
  EXPECT_EQ(calls, 300);
  EXPECT_TRUE(sums.contains("(other paths)"));
}

TEST(Region, fenced_timestamps_record_the_same_regions) {
  recorder::set_fenced(true);
  const auto fenced = calls_and_work(record_all([] { known_tree(40); }));
  const auto text = recorder::clock_text();
  recorder::set_fenced(false);
  EXPECT_EQ(fenced, calls_and_work(record_all([] { known_tree(40); })));
  EXPECT_THAT(text, ::testing::MatchesRegex("clock_gettime|(tsc|cntvct)_fenced .*"));
}

TEST(Region, sums_are_exact_in_fenced_mode_too) {
  recorder::set_fenced(true);
  const auto sums = calls_and_work(record_within(7, [] { known_tree(40); }));
  recorder::set_fenced(false);
  EXPECT_EQ(sums.at("outer/middle"), (std::pair<std::int64_t, std::uint64_t>{40, 120}));
}

TEST(Region, five_hundred_threads_lose_nothing) {
  constexpr int kThreads = 500;
  std::atomic<int> alive{0};
  std::atomic<int> done{0};
  const auto recording = record_within(std::size_t{1} << 19, [&alive, &done] {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
      threads.emplace_back([&alive, &done] {
        ++alive;
        while (alive < kThreads) std::this_thread::yield();
        for (int call = 0; call < 100; ++call) {
          HPCT_REGION("crowd");
        }
        ++done;  // nobody ends before all have begun: a later thread would continue an ended one's number
        while (done < kThreads) std::this_thread::yield();
      });
    for (auto& thread : threads) thread.join();
  });
  const auto summary = summarize(recording);
  const auto& crowd = summary.at("crowd");
  EXPECT_EQ(crowd.calls, kThreads * 100);
  EXPECT_EQ(crowd.threads.size(), static_cast<std::size_t>(kThreads));
}

/// From here on any system call kills the process, except the one that ends it. Not SECCOMP_MODE_STRICT:
/// that forbids reading the time-stamp counter as well.
void forbid_system_calls() {
  std::array<sock_filter, 4> filter{{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                                     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
                                     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                                     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)}};
  const sock_fprog program{.len = filter.size(), .filter = filter.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    ::_exit(77);
}

/// `work` in a child that the kernel kills for any system call; how the child ended.
template <class Work>
int without_system_calls(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    recorder::start();
    work();  // introduces the thread and its sites
    forbid_system_calls();
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(Region, makes_no_system_call) {
  if (kUnderSanitizer) GTEST_SKIP() << "sanitizers make system calls of their own";
  recorder::take();
  recorder::set_capacity(std::size_t{1} << 18);
  recorder::start();  // in the parent: the child finds the memory ready
  recorder::stop();
  if (without_system_calls([] {}) != 0) GTEST_SKIP() << "no seccomp filters here";
  EXPECT_EQ(without_system_calls([] { known_tree(20'000); }), 0);
}

TEST(Region, makes_no_system_call_while_the_buffer_is_full) {
  if (kUnderSanitizer) GTEST_SKIP() << "sanitizers make system calls of their own";
  recorder::take();
  recorder::set_capacity(1000);
  const int status = without_system_calls([] { known_tree(20'000); });
  recorder::set_capacity(std::size_t{1} << 18);
  if (without_system_calls([] {}) != 0) GTEST_SKIP() << "no seccomp filters here";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace hpct
