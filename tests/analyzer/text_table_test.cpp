// SPDX-License-Identifier: Apache-2.0
#include "analyzer/text_table.h"

#include <gtest/gtest.h>

namespace hpct {
namespace {

TEST(TextTable, aligns_columns_and_strips_line_ends) {
  TextTable table({{"A", Align::left}, {"B"}, {"C", Align::left}});
  table.add({"x", "1", "p"});
  table.add({"long", "100", ""});
  EXPECT_EQ(table.text({}),
            "A       B  C\n"
            "x       1  p\n"
            "long  100\n");
}

TEST(TextTable, gives_up_columns_in_the_order_told_until_it_fits) {
  TextTable table({{"NAME", Align::left}, {"FIRST", Align::right, 2}, {"SECOND", Align::right, 1}});
  table.add({"n", "f", "s"});
  EXPECT_EQ(table.text({.width = 19}), "NAME  FIRST  SECOND\nn         f       s\n");
  EXPECT_EQ(table.text({.width = 18}), "NAME  SECOND\nn          s\n");
  EXPECT_EQ(table.text({.width = 5}), "NAME\nn\n");
}

TEST(TextTable, leaves_out_a_column_without_content) {
  TextTable table({{"A", Align::left}, {"EMPTY"}, {"B"}});
  table.add({"x", "", "1"});
  EXPECT_EQ(table.text({}), "A  B\nx  1\n");
}

TEST(TextTable, counts_characters_and_not_bytes) {
  TextTable table({{"A", Align::left}, {"B"}});
  table.add({"±█", "1"});
  table.add({"xy", "2"});
  EXPECT_EQ(table.text({}), "A   B\n±█  1\nxy  2\n");
}

TEST(TextLayout, wraps_at_blanks_and_indents_what_follows) {
  EXPECT_EQ(wrapped("one two three", 9, "- ", "  "), "- one two\n  three\n");
}

TEST(TextLayout, a_per_cent_sign_stays_with_its_number) {
  EXPECT_EQ(wrapped("limit of 5 % and", 11, "", ""), "limit of\n5 % and\n");
}

TEST(TextLayout, a_word_longer_than_the_line_stands_alone) {
  EXPECT_EQ(wrapped("a incomprehensible b", 8, "", ""), "a\nincomprehensible\nb\n");
}

TEST(TextLayout, shortens_with_an_ellipsis) {
  EXPECT_EQ(shortened("abcdef", 4), "abc…");
  EXPECT_EQ(shortened("abcd", 4), "abcd");
}

}  // namespace
}  // namespace hpct
