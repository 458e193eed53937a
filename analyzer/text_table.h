// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyzer/text_layout.h"

namespace hpct {

enum class Align { left, right };

struct Column {
  std::string heading;
  Align align = Align::right;
  int sacrifice = 0;  ///< the largest goes first when the table is too wide; 0 always stays
};

struct Cell {
  std::string text;
  Style style = Style::plain;

  Cell(std::string content, Style look = Style::plain) : text(std::move(content)), style(look) {}  // NOLINT
  Cell(const char* content) : text(content) {}                                                     // NOLINT
};

/// Rows of aligned cells under headings. Columns that are empty in every row are left out, and a
/// table wider than the screen gives up columns until it fits.
class TextTable {
 public:
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// As many cells as columns.
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// Ends with a newline; every line starts with `indent` blanks and has none at its end.
  [[nodiscard]] std::string text(const RenderOptions& options, std::size_t indent = 0) const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths() const;
  [[nodiscard]] std::vector<bool> shown(const std::vector<std::size_t>& widths, std::size_t room) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace hpct
