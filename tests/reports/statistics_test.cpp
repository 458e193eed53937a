// SPDX-License-Identifier: Apache-2.0
#include "reports/statistics.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace hpct {
namespace {

TEST(Statistics, median_of_an_even_sample_is_the_middle_of_the_two_middle_ones) {
  EXPECT_DOUBLE_EQ(median({4, 1, 3, 2}), 2.5);
}

TEST(Statistics, quantile_interpolates_linearly) {
  EXPECT_DOUBLE_EQ(quantile({0, 10, 20, 30, 40}, 0.1), 4);
  EXPECT_DOUBLE_EQ(quantile({0, 10, 20, 30, 40}, 1), 40);
}

TEST(Statistics, five_samples_give_no_95_percent_interval) {
  EXPECT_FALSE(median_interval(std::vector<double>{1, 2, 3, 4, 5}));
}

// 2 * 0.5^6 = 3.1 %: with six the whole range is the first interval that covers 95 %.
TEST(Statistics, six_samples_give_their_whole_range) {
  const std::vector<double> six{3, 1, 4, 1.5, 9, 2};
  EXPECT_EQ(median_interval(six), (Interval{1, 9}));
}

// Published table of order-statistic intervals: n = 20 uses ranks 6 and 15 (95.86 %).
TEST(Statistics, twenty_samples_give_ranks_6_and_15) {
  std::vector<double> sample(20);
  std::iota(sample.begin(), sample.end(), 1);
  EXPECT_EQ(median_interval(sample), (Interval{6, 15}));
}

TEST(Statistics, interval_covers_the_true_median_about_95_times_in_100) {
  std::mt19937 random(7);
  std::lognormal_distribution<double> skewed(0, 1);  // true median 1
  int covered = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<double> sample(15);
    for (auto& x : sample) x = skewed(random);
    const auto interval = median_interval(sample);
    covered += interval->low <= 1 && 1 <= interval->high;
  }
  EXPECT_GE(covered, 2000 * 0.94);  // exact coverage for n = 15 is 96.5 %
}

// Wilson's interval for 50 of 100 and for 0 of 10, computed by hand from the formula.
TEST(ShareInterval, is_wilsons) {
  const auto half = share_interval(0.5, 100).value();
  EXPECT_NEAR(half.low, 0.4038, 1e-4);
  EXPECT_NEAR(half.high, 0.5962, 1e-4);
  const auto none = share_interval(0, 10).value();
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.2775, 1e-4);
}

TEST(ShareInterval, of_nothing_is_unknown) { EXPECT_FALSE(share_interval(0.5, 0)); }

}  // namespace
}  // namespace hpct
