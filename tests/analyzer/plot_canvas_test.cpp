// SPDX-License-Identifier: Apache-2.0
#include "analyzer/plot_canvas.h"

#include <gtest/gtest.h>

namespace hpct {
namespace {

TEST(PlotCanvas, eight_dots_make_a_full_character) {
  PlotCanvas canvas(2, 1);
  for (int x = 0; x < 2; ++x)
    for (int y = 0; y < 4; ++y) canvas.dot(x, y);
  EXPECT_EQ(canvas.line(0), "⣿");
}

TEST(PlotCanvas, dots_outside_are_ignored) {
  PlotCanvas canvas(1, 1);
  canvas.dot(-1, 0);
  canvas.dot(0, 4);
  canvas.dot(2, 0);
  EXPECT_EQ(canvas.line(0), "");
}

TEST(PlotCanvas, text_covers_dots_and_is_cut_at_the_edge) {
  PlotCanvas canvas(3, 1);
  canvas.dot(2, 0);
  EXPECT_FALSE(canvas.text(1, 0, "○ab"));
  EXPECT_EQ(canvas.line(0), " ○a");
}

TEST(PlotCanvas, text_can_give_way_to_other_text) {
  PlotCanvas canvas(3, 1);
  canvas.text(1, 0, "x");
  EXPECT_FALSE(canvas.text(0, 0, "abc", true));
  EXPECT_EQ(canvas.line(0), " x");
}

}  // namespace
}  // namespace hpct
