// SPDX-License-Identifier: Apache-2.0
#include "analyzer/text_table.h"

#include <algorithm>

namespace hpct {
namespace {

constexpr std::size_t kGap = 2;

std::string aligned(const Cell& cell, Align align, std::size_t width, const RenderOptions& options) {
  const auto text = align == Align::left ? padded_right(cell.text, width) : padded_left(cell.text, width);
  return painted(text, cell.style, options);
}

void strip_end(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

std::vector<std::size_t> TextTable::widths() const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < columns_.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row.at(i).text));
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (widths[i] > 0) widths[i] = std::max(widths[i], display_width(columns_[i].heading));
  return widths;
}

std::vector<bool> TextTable::shown(const std::vector<std::size_t>& widths, std::size_t room) const {
  std::vector<bool> shown;
  for (const auto width : widths) shown.push_back(width > 0);
  for (;;) {
    std::size_t total = 0;
    std::size_t victim = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!shown[i]) continue;
      total += widths[i] + (total > 0 ? kGap : 0);
      const int worth = columns_[i].sacrifice;
      if (worth > 0 && (victim == columns_.size() || worth > columns_[victim].sacrifice)) victim = i;
    }
    if (total <= room || victim == columns_.size()) return shown;
    shown[victim] = false;
  }
}

std::string TextTable::text(const RenderOptions& options, std::size_t indent) const {
  const auto widths = this->widths();
  const auto visible = shown(widths, static_cast<std::size_t>(options.width) - indent);
  const auto line_of = [&](const auto& cell_at) {
    std::string line(indent, ' ');
    bool first = true;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!visible[i]) continue;
      if (!first) line.append(kGap, ' ');
      line += aligned(cell_at(i), columns_[i].align, widths[i], options);
      first = false;
    }
    strip_end(line);
    return line + "\n";
  };
  auto out = line_of([&](std::size_t i) { return Cell(columns_[i].heading, Style::faint); });
  for (const auto& row : rows_) out += line_of([&](std::size_t i) { return row[i]; });
  return out;
}

}  // namespace hpct
