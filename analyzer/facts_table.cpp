// SPDX-License-Identifier: Apache-2.0
#include "analyzer/facts_table.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "analyzer/text_table.h"

namespace hpct {
namespace {

using Runs = std::vector<const Run*>;

std::set<std::string> names_in(const Runs& runs) {
  std::set<std::string> names;
  for (const auto* run : runs) names.insert(run->facts.begin(), run->facts.end());
  return names;
}

Cell cell_of(const Run& run, const std::string& name, Footnotes& notes) {
  const auto value = run.values.find(name);
  return value == run.values.end() ? Cell("") : Cell(notes.text(value->second, name));
}

/// The columns between the first and the last go first when the screen is narrow.
Column column_of(const std::string& heading, std::size_t i, std::size_t count) {
  const bool outer = i == 0 || i + 1 == count;
  return {heading, Align::right, outer ? 0 : static_cast<int>(count - i)};
}

TextTable line_per_fact(const Runs& runs, const std::set<std::string>& names, Footnotes& notes) {
  std::vector<Column> columns{{"", Align::left}};
  for (std::size_t i = 0; i < runs.size(); ++i)
    columns.push_back(column_of(runs[i]->variant, i, runs.size()));
  TextTable table(columns);
  for (const auto& name : names) {
    std::vector<Cell> row{name};
    for (const auto* run : runs) row.push_back(cell_of(*run, name, notes));
    table.add(std::move(row));
  }
  return table;
}

TextTable line_per_variant(const Runs& runs, const std::set<std::string>& names, Footnotes& notes) {
  std::vector<Column> columns{{"", Align::left}};
  for (const auto& name : names) columns.push_back(column_of(name, columns.size() - 1, names.size()));
  TextTable table(columns);
  for (const auto* run : runs) {
    std::vector<Cell> row{run->variant};
    for (const auto& name : names) row.push_back(cell_of(*run, name, notes));
    table.add(std::move(row));
  }
  return table;
}

}  // namespace

std::string facts_table(const Runs& runs, Footnotes& notes, const RenderOptions& options) {
  const auto names = names_in(runs);
  if (names.empty()) return {};
  return (names.size() < runs.size() ? line_per_variant(runs, names, notes)
                                     : line_per_fact(runs, names, notes))
      .text(options);
}

}  // namespace hpct
