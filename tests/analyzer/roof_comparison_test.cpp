// SPDX-License-Identifier: Apache-2.0
#include "analyzer/roof_comparison.h"

#include <gmock/gmock.h>

#include "tests/analyzer/sample_report.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Report with_roof(double low, double median, double high) {
  Report report;
  report.ceilings = {sample::roof("l3.load", "L3", "avx2", 2, median)};
  report.ceilings[0].value.interval = Interval{low, high};
  return report;
}

std::string text_of(const Report& base, const Report& candidate) {
  return roof_comparison_text(compare_roofs(base, candidate), {});
}

TEST(RoofComparison, roofs_agree_when_their_bands_share_a_point) {
  EXPECT_TRUE(compare_roofs(with_roof(28e9, 29e9, 30e9), with_roof(30e9, 31e9, 32e9)).at(0).agree);
}

TEST(RoofComparison, roofs_do_not_agree_when_one_band_is_above_the_other) {
  EXPECT_FALSE(compare_roofs(with_roof(28e9, 29e9, 30e9), with_roof(30.1e9, 31e9, 32e9)).at(0).agree);
  EXPECT_FALSE(compare_roofs(with_roof(30.1e9, 31e9, 32e9), with_roof(28e9, 29e9, 30e9)).at(0).agree);
}

TEST(RoofComparison, names_what_does_not_agree_and_by_how_much) {
  const auto text = text_of(with_roof(19e9, 20e9, 21e9), with_roof(29e9, 30e9, 31e9));
  EXPECT_THAT(text, HasSubstr("+50.0 %"));
  EXPECT_THAT(text, HasSubstr("0 of 1 roofs agree"));
}

TEST(RoofComparison, says_nothing_of_one_and_the_same_measurement) {
  EXPECT_EQ(text_of(sample::report(), sample::report()), "");
}

TEST(RoofComparison, leaves_out_a_roof_that_one_side_has_not_measured) {
  auto unknown = with_roof(1e9, 2e9, 3e9);
  unknown.ceilings[0].value = Value::missing("B/s", MissingReason::too_few, "interrupted");
  EXPECT_TRUE(compare_roofs(with_roof(1e9, 2e9, 3e9), unknown).empty());
}

}  // namespace
}  // namespace hpct
