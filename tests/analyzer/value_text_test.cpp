// SPDX-License-Identifier: Apache-2.0
#include "analyzer/value_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hpct {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Footnotes, mark_where_a_number_comes_from_and_explain_the_mark) {
  Footnotes notes;
  const auto cell = notes.text(Value::of(1e9, "B/s", Provenance::modelled), "traffic");
  EXPECT_EQ(cell, "1.00 GB/s~");
  EXPECT_THAT(notes.lines(80, cell), HasSubstr("~ modelled"));
}

TEST(Footnotes, a_measured_number_has_a_blank_for_a_mark) {
  Footnotes notes;
  EXPECT_EQ(notes.text(Value::of(1, "s", Provenance::measured), "time"), "1.00 s ");
  EXPECT_THAT(notes.lines(80, "1.00 s "), IsEmpty());
}

TEST(Footnotes, a_mark_that_is_not_on_the_screen_is_not_explained) {
  Footnotes notes;
  notes.text(Value::of(1e9, "B/s", Provenance::modelled), "traffic");
  EXPECT_THAT(notes.lines(80, "nothing here"), IsEmpty());
}

TEST(Footnotes, a_dash_is_explained_once_for_all_quantities_with_the_same_reason) {
  Footnotes notes;
  const auto none = Value::missing("1", MissingReason::no_pmu, "no PMU here");
  EXPECT_EQ(notes.text(none, "cycles"), "- ");
  notes.text(none, "misses");
  notes.text(none, "cycles");
  EXPECT_EQ(notes.lines(80, "-"), "- cycles, misses: no PMU here\n");
}

TEST(ValueText, spread_is_the_farther_end_of_the_interval) {
  auto value = Value::of(10, "s", Provenance::measured);
  value.interval = Interval{9.9, 10.3};
  EXPECT_EQ(spread_text(value), "±3.0 %");
  EXPECT_EQ(spread_text(Value::of(10, "s", Provenance::measured)), "");
}

TEST(ValueText, times_have_three_digits) {
  EXPECT_EQ(times_text(1.234), "1.23x");
  EXPECT_EQ(times_text(9.999), "10.0x");
  EXPECT_EQ(times_text(123.4), "123x");
}

TEST(ValueText, a_bar_has_eighths_of_a_character) {
  EXPECT_EQ(bar_text(0.5, 4), "██  ");
  EXPECT_EQ(bar_text(0.53125, 4), "██▏ ");
  EXPECT_EQ(bar_text(7, 2), "██");
}

}  // namespace
}  // namespace hpct
