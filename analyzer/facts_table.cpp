// SPDX-License-Identifier: Apache-2.0
#include "analyzer/facts_table.h"

#include <algorithm>
#include <functional>
#include <set>
#include <span>

#include "analyzer/metric.h"
#include "analyzer/text_table.h"

namespace hpct {
namespace {

using Runs = std::vector<const Run*>;

/// Cells of one line under its heading.
struct Labelled {
  std::string label;
  std::vector<std::string> cells;
};

/// Whether a metric has a meaning for this run at all.
bool defined(const Run& run, std::string_view metric) {
  const auto value = run.values.find(metric);
  return value != run.values.end() &&
         (value->second.known() || value->second.reason != MissingReason::undefined);
}

/// What the workload found out, and what is derived from that.
std::set<std::string> names_in(const Runs& runs) {
  std::set<std::string> names;
  for (const auto* run : runs) {
    names.insert(run->facts.begin(), run->facts.end());
    for (const auto* metric : all_metrics())
      if (std::ranges::find(run->facts, metric->needs) != run->facts.end() && defined(*run, metric->id))
        names.emplace(metric->id);
  }
  return names;
}

std::string cell_of(const Run& run, const std::string& name, Footnotes& notes) {
  const auto value = run.values.find(name);
  return value == run.values.end() ? "" : notes.text(value->second, name);
}

std::vector<Labelled> columns_of_facts(const Runs& runs, const std::set<std::string>& names,
                                       Footnotes& notes) {
  std::vector<Labelled> columns;
  for (const auto& name : names) {
    auto& column = columns.emplace_back(Labelled{name, {}});
    for (const auto* run : runs) column.cells.push_back(cell_of(*run, name, notes));
  }
  return columns;
}

/// The same, a column for each run.
std::vector<Labelled> turned(const Runs& runs, const std::vector<Labelled>& facts) {
  std::vector<Labelled> columns;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    auto& column = columns.emplace_back(Labelled{runs[i]->variant, {}});
    for (const auto& fact : facts) column.cells.push_back(fact.cells[i]);
  }
  return columns;
}

std::size_t width_of(const std::vector<std::string>& texts) {
  std::size_t width = 0;
  for (const auto& text : texts) width = std::max(width, display_width(text));
  return width;
}

using Columns = std::span<const Labelled>;

std::string piece_text(const std::vector<std::string>& labels, Columns columns,
                       const RenderOptions& options) {
  std::vector<Column> headings{{"", Align::left}};
  for (const auto& column : columns) headings.push_back({column.label});
  TextTable table(headings);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::vector<Cell> row{labels[i]};
    for (const auto& column : columns) row.emplace_back(column.cells[i]);
    table.add(std::move(row));
  }
  return table.text(options);
}

/// A table that may have been cut into some below each other.
struct Pieces {
  std::string text;
  int count = 0;

  /// Whole tables are easier to read than short ones.
  bool operator<(const Pieces& other) const {
    const auto lines = [](const Pieces& p) { return std::ranges::count(p.text, '\n'); };
    return count != other.count ? count < other.count : lines(*this) < lines(other);
  }
};

/// As many columns as the screen has room for, then the next below them: no fact is left out.
Pieces in_pieces(const std::vector<std::string>& labels, Columns columns, const RenderOptions& options) {
  constexpr std::size_t kGap = 2;
  Pieces out;
  while (!columns.empty()) {
    auto width = width_of(labels);
    std::size_t count = 0;
    for (; count < columns.size(); ++count) {
      const auto& column = columns[count];
      width += kGap + std::max(display_width(column.label), width_of(column.cells));
      if (count > 0 && width > static_cast<std::size_t>(options.width)) break;
    }
    out.text += piece_text(labels, columns.first(count), options);
    ++out.count;
    columns = columns.subspan(count);
  }
  return out;
}

std::vector<std::string> labels_of(const std::vector<Labelled>& columns) {
  std::vector<std::string> labels;
  for (const auto& column : columns) labels.push_back(column.label);
  return labels;
}

bool same_everywhere(const Labelled& fact) {
  return fact.cells.size() > 1 &&
         std::ranges::adjacent_find(fact.cells, std::not_equal_to<>()) == fact.cells.end();
}

/// One line for what would stand in every line of a column; those facts are taken out.
std::string taken_together(std::vector<Labelled>& facts, const RenderOptions& options) {
  std::string text;
  for (const auto& fact : facts) {
    if (!same_everywhere(fact)) continue;
    const auto& cell = fact.cells.front();  // with a blank at its end where a mark would be
    text += (text.empty() ? "" : ", ") + fact.label + " " + cell.substr(0, cell.find_last_not_of(' ') + 1);
  }
  std::erase_if(facts, same_everywhere);
  return text.empty() ? text : wrapped(text, static_cast<std::size_t>(options.width), "all variants: ", "  ");
}

}  // namespace

std::string facts_table(const Runs& runs, Footnotes& notes, const RenderOptions& options) {
  auto facts = columns_of_facts(runs, names_in(runs), notes);
  std::erase_if(facts, [](const Labelled& fact) { return width_of(fact.cells) == 0; });
  const auto same = taken_together(facts, options);
  const auto variants = turned(runs, facts);
  const auto line_per_variant = in_pieces(labels_of(variants), facts, options);
  const auto line_per_fact = in_pieces(labels_of(facts), variants, options);
  return same + (line_per_variant < line_per_fact ? line_per_variant : line_per_fact).text;
}

}  // namespace hpct
