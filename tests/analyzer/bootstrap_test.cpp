// SPDX-License-Identifier: Apache-2.0
#include "analyzer/bootstrap.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace hpct {
namespace {

using Sample = std::vector<double>;

TEST(Bootstrap, the_ratio_is_the_ratio_of_the_medians) {
  const auto estimate = ratio_of_medians(Sample{1, 2, 3}, Sample{2, 4, 60}, 100, 1);
  EXPECT_DOUBLE_EQ(estimate.ratio, 2);
}

TEST(Bootstrap, samples_without_scatter_give_an_interval_of_no_width) {
  const auto estimate = ratio_of_medians(Sample(5, 2.0), Sample(7, 3.0), 200, 1);
  EXPECT_DOUBLE_EQ(estimate.interval.low, 1.5);
  EXPECT_DOUBLE_EQ(estimate.interval.high, 1.5);
}

TEST(Bootstrap, the_interval_stays_within_what_the_samples_allow) {
  const auto estimate = ratio_of_medians(Sample{1, 2, 3, 4}, Sample{2, 3, 4, 5}, 2000, 7);
  EXPECT_GE(estimate.interval.low, 2.0 / 4);
  EXPECT_LE(estimate.interval.high, 5.0 / 1);
  EXPECT_LT(estimate.interval.low, estimate.ratio);
  EXPECT_GT(estimate.interval.high, estimate.ratio);
}

TEST(Bootstrap, one_seed_gives_the_same_digits_on_every_platform) {
  // From an independent program in another language: a change here changes verdicts that users have stored.
  const auto estimate =
      ratio_of_medians(Sample{1.0, 1.1, 1.2, 1.3, 1.4, 1.5}, Sample{1.1, 1.2, 1.3, 1.4, 1.5, 1.6}, 2000, 1);
  EXPECT_DOUBLE_EQ(estimate.interval.low, 0.8845);
  EXPECT_DOUBLE_EQ(estimate.interval.high, 1.3478804347826087);
}

Sample draw(std::mt19937_64& random, std::size_t count, double scale) {
  // Times have a sharp lower end and a tail: log-normal, with a spread of 3 %.
  std::lognormal_distribution<double> noise(0, 0.03);
  Sample sample(count);
  for (auto& value : sample) value = scale * noise(random);
  return sample;
}

/// Part of `pairs` synthetic pairs whose interval contains the true ratio.
double coverage(std::size_t count, double truth, int pairs) {
  std::mt19937_64 random(count);
  int covered = 0;
  for (int i = 0; i < pairs; ++i) {
    const auto base = draw(random, count, 1);
    const auto candidate = draw(random, count, truth);
    const auto [ratio, interval] = ratio_of_medians(base, candidate, 1000, 1);
    covered += interval.low <= truth && truth <= interval.high ? 1 : 0;
  }
  return static_cast<double>(covered) / pairs;
}

class Coverage : public ::testing::TestWithParam<int> {};

TEST_P(Coverage, of_pairs_of_the_same_origin_is_that_of_a_95_per_cent_interval) {
  const double share = coverage(static_cast<std::size_t>(GetParam()), 1, 600);
  RecordProperty("coverage", std::to_string(share));
  EXPECT_GE(share, 0.90);
  EXPECT_LE(share, 0.99);
}

TEST_P(Coverage, of_a_real_slowdown_is_the_same) {
  const double share = coverage(static_cast<std::size_t>(GetParam()), 1.1, 600);
  EXPECT_GE(share, 0.90);
  EXPECT_LE(share, 0.99);
}

INSTANTIATE_TEST_SUITE_P(Repetitions, Coverage, ::testing::Values(5, 6, 10, 11, 20, 50));

}  // namespace
}  // namespace hpct
