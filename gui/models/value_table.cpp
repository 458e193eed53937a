// SPDX-License-Identifier: Apache-2.0
#include "gui/models/tables.h"
#include "gui/models/value_text.h"

namespace hpct {
namespace {

Cell interval_cell(const Value& value) {
  if (!value.known() || !value.interval) return {};
  auto text = value_with_interval(value);
  return Cell::of(text.mid(value_text(value).size() + 1));
}

QString origin(const Value& value) {
  if (!value.known()) return to_qstring(value.detail);
  const auto name = to_qstring(name_of(value.provenance));
  return value.formula.empty() ? name : name + QStringLiteral(": ") + to_qstring(value.formula);
}

}  // namespace

Table value_table(const ValueMap& values) {
  Table table{{{"Value", {}, false}, {"Number", {}, true}, {"Interval", {}, false}, {"Origin", {}, false}},
              {}};
  for (const auto& [name, value] : values)
    table.rows.push_back(
        {{},
         {},
         {Cell::of(to_qstring(name)), Cell::of(value), interval_cell(value), Cell::of(origin(value))}});
  return table;
}

Table ceiling_table(const std::vector<Ceiling>& ceilings) {
  Table table{{{"Roof", {}, false},
               {"Instructions", {}, false},
               {"Threads", {}, true},
               {"Height", {}, true},
               {"What counts", {}, false}},
              {}};
  for (const auto& ceiling : ceilings)
    table.rows.push_back({{},
                          {},
                          {Cell::of(to_qstring(ceiling.id)),
                           Cell::of(to_qstring(ceiling.isa)),
                           {QString::number(ceiling.threads), ceiling.threads, {}, false, {}},
                           Cell::of(ceiling.value),
                           Cell::of(to_qstring(ceiling.convention))}});
  return table;
}

}  // namespace hpct
