// SPDX-License-Identifier: Apache-2.0
#include "collector/noise.h"

#include <gtest/gtest.h>

#include <unistd.h>

namespace hpct {
namespace {

TEST(Noise, score_is_the_largest_of_its_shares) {
  const auto noise = measure_noise(0.05).noise;
  EXPECT_GE(noise.seconds, 0.05);
  EXPECT_EQ(noise.score, std::max({noise.gaps, noise.clock_spread, noise.run_delay.value_or(0),
                                   noise.stolen.value_or(0)}));
}

TEST(Noise, our_own_process_is_not_among_the_busy_ones) {
  for (const auto& process : measure_noise(0.1).busiest) EXPECT_NE(process.id, ::getpid());
}

TEST(Noise, names_at_most_three_busy_processes_and_the_busiest_first) {
  const auto busiest = measure_noise(0.1).busiest;
  EXPECT_LE(busiest.size(), 3U);
  for (std::size_t i = 1; i < busiest.size(); ++i) EXPECT_GE(busiest[i - 1].cores, busiest[i].cores);
}

TEST(NameOfNoise, has_three_words) {
  EXPECT_EQ(name_of_noise(0.009), "quiet");
  EXPECT_EQ(name_of_noise(0.02), "restless");
  EXPECT_EQ(name_of_noise(0.04), "noisy");
}

}  // namespace
}  // namespace hpct
