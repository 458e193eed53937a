// SPDX-License-Identifier: Apache-2.0
#include "collector/clock.h"

#include <gmock/gmock.h>
#include <hpct/region.h>

#include <thread>

#include "collector/recorder.h"
#include "collector/region_summary.h"

namespace hpct {
namespace {

TEST(Clock, ticks_agree_with_the_monotonic_clock_within_one_percent) {
  clock::calibrate();
  double best = 1;  // another process may push us aside between the two readings: one clean try is enough
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto ns_begin = clock::monotonic_ns();
    const auto ticks_begin = clock::now();
    while (clock::monotonic_ns() - ns_begin < 20'000'000) {
    }
    const auto ns = static_cast<double>(clock::monotonic_ns() - ns_begin);
    const auto ticks = static_cast<double>(clock::now() - ticks_begin);
    best = std::min(best, std::abs(ticks * clock::ns_per_tick() / ns - 1));
  }
  EXPECT_LT(best, 0.01);
}

TEST(Clock, calibrating_again_changes_nothing) {
  clock::calibrate();
  const auto before = clock::ns_per_tick();
  clock::calibrate();
  EXPECT_EQ(clock::ns_per_tick(), before);
}

TEST(Clock, says_what_it_reads) {
  clock::calibrate();
  EXPECT_THAT(clock::description(), ::testing::MatchesRegex("clock_gettime|(tsc|cntvct) [0-9.]+ MHz"));
}

TEST(Clock, never_steps_back_on_one_thread) {
  clock::calibrate();
  auto last = clock::now();
  for (int i = 0; i < 100'000; ++i) {
    const auto next = clock::now();
    ASSERT_GE(next, last);
    last = next;
  }
}

TEST(Clock, process_cpu_time_counts_all_threads) {
  const auto spin = [] {
    const auto begin = clock::process_cpu_ns();
    while (clock::process_cpu_ns() - begin < 30'000'000) {
    }
  };
  const auto before = clock::process_cpu_ns();
  std::thread other(spin);
  other.join();
  EXPECT_GE(clock::process_cpu_ns() - before, 30'000'000);
}

TEST(Clock, short_regions_add_up_without_rounding_each) {
  clock::calibrate();
  static constinit RegionSite site{"short", "", 0};
  ThreadRecords thread;
  for (std::uint64_t i = 0; i < 100'000; ++i)
    thread.records.push_back({i * 10, 3, 0, recorder::number_of(site), 0});
  const auto total = summarize({{thread}, recorder::sites()}).at("short").total_ns;
  EXPECT_NEAR(static_cast<double>(total), 300'000 * clock::ns_per_tick(), 1.0);
}

}  // namespace
}  // namespace hpct
