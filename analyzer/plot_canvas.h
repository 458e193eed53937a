// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hpct {

/// A drawing of characters: lines as Braille dots (2 x 4 per character), text and markers on top of
/// them. Coordinates of dots and cells count from the top left.
class PlotCanvas {
 public:
  PlotCanvas(int columns, int rows);

  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int rows() const { return rows_; }

  /// Sets one dot; outside the canvas is ignored.
  void dot(int x, int y);

  /// Puts text over the dots from this cell on, cut at the right edge. With `only_if_free` nothing
  /// is written when text is already there; false tells so.
  bool text(int column, int row, std::string_view text, bool only_if_free = false);

  /// The row as UTF-8 without blanks at its end.
  [[nodiscard]] std::string line(int row) const;

 private:
  [[nodiscard]] std::size_t cell(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(column);
  }

  int columns_;
  int rows_;
  std::vector<unsigned char> dots_;
  std::vector<std::string> text_;
};

}  // namespace hpct
