// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/tally.h"

#include <gtest/gtest.h>

namespace hpct::onebrc {
namespace {

TEST(MeanTenths, tie_above_zero_goes_up) { EXPECT_EQ(mean_tenths(3, 2), 2); }

TEST(MeanTenths, tie_below_zero_goes_up_too) {
  EXPECT_EQ(mean_tenths(-3, 2), -1);
  EXPECT_EQ(mean_tenths(-1, 2), 0);
  EXPECT_EQ(mean_tenths(-5, 2), -2);
}

TEST(MeanTenths, just_beside_a_tie_goes_to_the_nearest) {
  EXPECT_EQ(mean_tenths(-1001, 2000), -1);
  EXPECT_EQ(mean_tenths(-999, 2000), 0);
  EXPECT_EQ(mean_tenths(999, 2000), 0);
  EXPECT_EQ(mean_tenths(1000, 2000), 1);
}

TEST(MeanTenths, whole_tenths_stay) {
  EXPECT_EQ(mean_tenths(-999, 1), -999);
  EXPECT_EQ(mean_tenths(-999 * 7, 7), -999);
  EXPECT_EQ(mean_tenths(0, 5), 0);
}

TEST(MeanTenths, holds_for_a_billion_rows_of_the_extremes) {
  EXPECT_EQ(mean_tenths(-999'000'000'000, 1'000'000'000), -999);
  EXPECT_EQ(mean_tenths(999'000'000'000, 1'000'000'000), 999);
}

TEST(MeanTenths, equals_the_formula_of_the_challenge_on_every_small_case) {
  for (int count = 1; count <= 40; ++count)
    for (int sum = -200; sum <= 200; ++sum) {
      // floor(sum / count + 1/2) is the largest m with 2 m count <= 2 sum + count.
      std::int64_t m = -300;
      while (2 * (m + 1) * count <= 2 * sum + count) ++m;
      ASSERT_EQ(mean_tenths(sum, count), m) << sum << " / " << count;
    }
}

TEST(FormatTenths, writes_one_decimal_and_never_minus_zero) {
  EXPECT_EQ(format_tenths(-123), "-12.3");
  EXPECT_EQ(format_tenths(-5), "-0.5");
  EXPECT_EQ(format_tenths(0), "0.0");
  EXPECT_EQ(format_tenths(999), "99.9");
}

TEST(FormatResults, has_the_form_of_the_challenge) {
  const Tallies tallies{{"Abha", 360, 20, -230, 592}, {"Zürich", -1, 2, -1, 0}};
  EXPECT_EQ(format_results(tallies), "{Abha=-23.0/1.8/59.2, Zürich=-0.1/0.0/0.0}");
}

TEST(FormatResults, of_nothing_is_a_pair_of_braces) { EXPECT_EQ(format_results({}), "{}"); }

TEST(SortTallies, joins_equal_names_and_orders_by_bytes) {
  Tallies tallies{{"b", 10, 1, 10, 10}, {"\xc3\xa9", 1, 1, 1, 1}, {"a", 5, 2, 1, 4}, {"b", -30, 2, -20, -10}};
  make_sorted_and_unique(tallies);
  EXPECT_EQ(tallies, (Tallies{{"a", 5, 2, 1, 4}, {"b", -20, 3, -20, 10}, {"\xc3\xa9", 1, 1, 1, 1}}));
}

TEST(SortTallies, leaves_nothing_as_it_is) {
  Tallies none;
  make_sorted_and_unique(none);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace hpct::onebrc
