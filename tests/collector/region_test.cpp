// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <hpct/region.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

#include "collector/clock.h"
#include "collector/recorder.h"

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
std::vector<ThreadRecords> record(Work work) {
  recorder::take();
  recorder::start();
  work();
  recorder::stop();
  return recorder::take();
}

/// On a thread of its own, whose buffer has room for `capacity` records.
template <class Work>
ThreadRecords record_on_thread(std::size_t capacity, Work work) {
  recorder::set_capacity(capacity);
  const auto threads = record([&] { std::thread(work).join(); });
  recorder::set_capacity(std::size_t{1} << 18);
  return threads.empty() ? ThreadRecords{} : threads.front();
}

TEST(Region, is_recorded_once_with_its_name) {
  const auto threads = record([] { HPCT_REGION("parse"); });
  ASSERT_EQ(threads.size(), 1U);
  ASSERT_EQ(threads[0].records.size(), 1U);
  EXPECT_EQ(recorder::site_name(threads[0].records[0].site), "parse");
}

TEST(Region, lasts_as_long_as_its_scope) {
  std::int64_t truth = 0;
  const auto threads = record([&] {
    const auto begin = clock::monotonic_ns();
    {
      HPCT_REGION("wait");
      while (clock::monotonic_ns() - begin < 2'000'000) {
      }
    }
    truth = clock::monotonic_ns() - begin;
  });
  const auto ns = static_cast<double>(threads[0].records[0].duration) * clock::ns_per_tick();
  EXPECT_GE(ns, 1.9e6);
  EXPECT_LE(ns, static_cast<double>(truth) * 1.01);
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
    names.push_back(recorder::site_name(r.site));
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
  EXPECT_TRUE(recorder::take().empty());
}

TEST(Region, that_began_before_the_recording_is_left_out) {
  recorder::take();
  {
    HPCT_REGION("early");
    recorder::start();
    { HPCT_REGION("seen"); }
  }
  recorder::stop();
  const auto threads = recorder::take();
  ASSERT_EQ(threads.at(0).records.size(), 1U);
  EXPECT_EQ(recorder::site_name(threads[0].records[0].site), "seen");
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
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers end the program instead of refusing memory";
#endif
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
    recorder::set_capacity(20);
    std::thread([] { HPCT_REGION("first"); }).join();
    std::thread([] { HPCT_REGION("second"); }).join();
    recorder::set_capacity(std::size_t{1} << 18);
  });
  EXPECT_EQ(threads.size(), 2U);
}

struct LateRegion {
  ~LateRegion() { HPCT_REGION("after the end"); }
};

TEST(Region, in_the_destructor_of_an_older_thread_local_is_harmless) {
  const auto threads = record([] {
    std::thread([] {
      thread_local LateRegion late;  // made first, so destroyed after the thread gave its buffer back
      static_cast<void>(&late);
      HPCT_REGION("normal");
    }).join();
  });
  ASSERT_EQ(threads.size(), 1U);
  EXPECT_EQ(threads[0].records.size(), 1U);
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
  EXPECT_EQ(recorder::site_name(0), "?");
  EXPECT_EQ(recorder::site_name(4'000'000'000U), "?");
}

}  // namespace
}  // namespace hpct
