// SPDX-License-Identifier: Apache-2.0
#include "analyzer/facts_table.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "analyzer/text_table.h"

namespace hpct {
namespace {

/// A report does not say which of its values are facts: these are the first words of their names.
constexpr std::array<std::string_view, 7> kFirstWords{"batch.",   "draft.", "first_token.", "kv.",
                                                      "latency.", "token.", "vector."};

bool is_fact(std::string_view name) {
  return std::ranges::any_of(kFirstWords, [&](std::string_view word) { return name.starts_with(word); });
}

/// The columns between the first and the last go first when the screen is narrow.
std::vector<Column> columns_of(const std::vector<const Run*>& runs) {
  std::vector<Column> columns{{"", Align::left}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const bool outer = i == 0 || i + 1 == runs.size();
    columns.push_back({runs[i]->variant, Align::right, outer ? 0 : static_cast<int>(runs.size() - i)});
  }
  return columns;
}

}  // namespace

std::string facts_table(const std::vector<const Run*>& runs, Footnotes& notes, const RenderOptions& options) {
  std::set<std::string> names;
  for (const auto* run : runs)
    for (const auto& [name, value] : run->values)
      if (is_fact(name)) names.insert(name);
  if (names.empty()) return {};
  TextTable table(columns_of(runs));
  for (const auto& name : names) {
    std::vector<Cell> row{name};
    for (const auto* run : runs) {
      const auto value = run->values.find(name);
      row.emplace_back(value == run->values.end() ? std::string() : notes.text(value->second, name));
    }
    table.add(std::move(row));
  }
  return table.text(options);
}

}  // namespace hpct
