// SPDX-License-Identifier: Apache-2.0
#include "reports/unit.h"

#include <gtest/gtest.h>

namespace hpct {
namespace {

TEST(Unit, quantities_have_three_digits_and_a_fitting_prefix) {
  EXPECT_EQ(format_quantity(0.2413, "s"), "241 ms");
  EXPECT_EQ(format_quantity(6.81e9, "B/s"), "6.81 GB/s");
  EXPECT_EQ(format_quantity(1.0e8, "row"), "100 Mrow");
  EXPECT_EQ(format_quantity(4.14e8, "row/s"), "414 Mrow/s");
  EXPECT_EQ(format_quantity(0, "B"), "0 B");
}

TEST(Unit, a_quantity_just_below_a_prefix_does_not_print_as_1000) {
  EXPECT_EQ(format_quantity(999.9e6, "B/s"), "1.00 GB/s");
}

TEST(Unit, times_below_a_nanosecond_have_a_prefix_too) {
  EXPECT_EQ(format_quantity(4.67e-10, "s"), "467 ps");
}

TEST(Unit, long_times_stay_in_seconds) { EXPECT_EQ(format_quantity(1234, "s"), "1234 s"); }

TEST(Unit, counts_print_whole) {
  EXPECT_EQ(format_quantity(3, "1"), "3");
  EXPECT_EQ(format_quantity(123456, "1"), "123456");
  EXPECT_EQ(format_quantity(12e9, "1"), "12.0 G");
  EXPECT_EQ(format_quantity(72.04, "1/s"), "72.0 per s");
}

TEST(Unit, ratios_print_as_per_cent_or_plain) {
  EXPECT_EQ(format_quantity(0.853, "%"), "85.3 %");
  EXPECT_EQ(format_quantity(1.5, "1"), "1.50");
  EXPECT_EQ(format_quantity(3, "flop/B"), "3.00 flop/B");
}

TEST(Unit, a_missing_value_prints_its_reason_and_no_number) {
  EXPECT_EQ(format_value(Value::missing("1", MissingReason::no_pmu)), "missing (no_pmu)");
}

}  // namespace
}  // namespace hpct
