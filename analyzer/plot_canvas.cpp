// SPDX-License-Identifier: Apache-2.0
#include "analyzer/plot_canvas.h"

#include <algorithm>
#include <array>

namespace hpct {
namespace {

/// UTF-8 of U+2800 + dots.
std::string braille(unsigned char dots) {
  return {static_cast<char>(0xE2), static_cast<char>(0xA0 | (dots >> 6)),
          static_cast<char>(0x80 | (dots & 0x3F))};
}

std::vector<std::string> characters_of(std::string_view text) {
  std::vector<std::string> characters;
  for (const char byte : text) {
    if ((static_cast<unsigned char>(byte) & 0xC0) != 0x80) characters.emplace_back();
    if (!characters.empty()) characters.back() += byte;
  }
  return characters;
}

}  // namespace

PlotCanvas::PlotCanvas(int columns, int rows)
    : columns_(columns),
      rows_(rows),
      dots_(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)),
      text_(dots_.size()) {}

void PlotCanvas::dot(int x, int y) {
  if (x < 0 || y < 0 || x >= columns_ * 2 || y >= rows_ * 4) return;
  // Bit of the dot in its character, by row and column (Unicode, chapter 21.1).
  constexpr std::array<std::array<unsigned char, 2>, 4> kBits{
      {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
  dots_[cell(x / 2, y / 4)] |= kBits.at(static_cast<std::size_t>(y % 4)).at(static_cast<std::size_t>(x % 2));
}

bool PlotCanvas::text(int column, int row, std::string_view text, bool only_if_free) {
  const auto characters = characters_of(text);
  if (row < 0 || row >= rows_ || column < 0) return false;
  const int end = std::min(columns_, column + static_cast<int>(characters.size()));
  for (int i = column; only_if_free && i < end; ++i)
    if (!text_[cell(i, row)].empty()) return false;
  for (int i = column; i < end; ++i) text_[cell(i, row)] = characters[static_cast<std::size_t>(i - column)];
  return end == column + static_cast<int>(characters.size());
}

std::string PlotCanvas::line(int row) const {
  std::string out;
  std::size_t used = 0;
  for (int column = 0; column < columns_; ++column) {
    const auto at = cell(column, row);
    if (!text_[at].empty())
      out += text_[at];
    else
      out += dots_[at] != 0 ? braille(dots_[at]) : " ";
    if (out.back() != ' ') used = out.size();
  }
  out.resize(used);
  return out;
}

}  // namespace hpct
