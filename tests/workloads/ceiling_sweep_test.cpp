// SPDX-License-Identifier: Apache-2.0
#include "workloads/ceiling_sweep.h"

#include <gtest/gtest.h>

namespace hpct {
namespace {

constexpr std::int64_t kKi = 1024;

/// A machine that loads sets of up to 64 KiB with 100 GB/s and all others with 10.
double simulated_seconds(std::int64_t set_words, std::int64_t words, std::int64_t passes) {
  const double rate = set_words * 8 <= 64 * kKi ? 100e9 : 10e9;
  return static_cast<double>(words) * 8 * static_cast<double>(passes) / rate;
}

TEST(Sweep, sees_the_rate_of_every_size_on_all_threads) {
  NoProgress progress;
  std::int64_t set = 0;
  const TimedLoad load = [&](std::int64_t words, std::int64_t passes) {
    if (passes == 1 && words > set) set = words;  // the pass over the whole set that comes first
    const double seconds = simulated_seconds(set, words, passes);
    return seconds;
  };
  const SweepPlan plan{.top = 256 * kKi, .per_octave = 1, .rounds = 1, .seconds = 0.001};
  for (const auto& point : sweep(plan, 2, load, progress))
    EXPECT_DOUBLE_EQ(point.rate, point.bytes <= 64 * kKi ? 200e9 : 20e9) << point.bytes;
}

TEST(Sweep, goes_over_all_sizes_in_every_round_and_warms_each_first) {
  NoProgress progress;
  std::vector<std::int64_t> whole_sets;
  bool warming = true;  // every second call is the measured one
  const TimedLoad load = [&](std::int64_t words, std::int64_t passes) {
    if (warming) whole_sets.push_back(words * 8);
    warming = !warming;
    return static_cast<double>(words) * 8 * static_cast<double>(passes) / 50e9;
  };
  sweep({.top = 32 * kKi, .per_octave = 1, .rounds = 2, .seconds = 0.001}, 1, load, progress);
  EXPECT_EQ(whole_sets,
            (std::vector<std::int64_t>{8 * kKi, 16 * kKi, 32 * kKi, 8 * kKi, 16 * kKi, 32 * kKi}));
}

TEST(Sweep, loads_only_as_much_of_a_large_set_as_fits_the_time) {
  NoProgress progress;
  double longest = 0;
  bool warming = true;
  const TimedLoad load = [&](std::int64_t words, std::int64_t passes) {
    const double seconds = static_cast<double>(words) * 8 * static_cast<double>(passes) / 50e9;
    if (!warming) longest = std::max(longest, seconds);
    warming = !warming;
    return seconds;
  };
  sweep({.top = 1 << 30, .per_octave = 1, .rounds = 1, .seconds = 0.001}, 1, load, progress);
  EXPECT_LT(longest, 0.0015);
}

}  // namespace
}  // namespace hpct
