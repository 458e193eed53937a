// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "analyzer/metric.h"
#include "gui/models/tables.h"
#include "gui/models/value_text.h"

namespace hpct {
namespace {

Cell count_cell(std::int64_t count) {
  return {QString::number(count), static_cast<double>(count), {}, false, {}};
}

void add_change(std::vector<Cell>& cells, const ComparedRow* row) {
  if (!row) {
    for (int i = 0; i < 3; ++i) cells.push_back({QStringLiteral("not in the baseline"), {}, {}, true, {}});
    return;
  }
  cells.push_back(Cell::of(row->base));
  auto change = Cell::of(row->ratio);
  if (row->ratio.known()) change.text = change_text(*row->ratio.number);
  cells.push_back(change);
  auto verdict = verdict_cell(row->verdict);
  verdict.tip = to_qstring(row->reason);
  cells.push_back(verdict);
}

using Metrics = std::vector<const MetricInfo*>;

Row kernel_row(const Run& run, const Region* region, const Comparison* comparison, const Metrics& metrics) {
  const auto& values = region ? region->values : run.values;
  Row row{run_key(run.workload, run.variant), region ? to_qstring(region->path) : QString(), {}};
  row.cells.push_back(Cell::of(to_qstring(run.workload)));
  row.cells.push_back(Cell::of(to_qstring(run.variant)));
  row.cells.push_back(region ? Cell::of(row.region)
                             : Cell{QStringLiteral("(whole run)"), QString(), {}, false, {}});
  row.cells.push_back(count_cell(run.threads));
  row.cells.push_back(region ? count_cell(region->calls) : Cell{});
  row.cells.push_back(Cell::of(value_or_missing(values, "time.wall", "s")));
  if (comparison) add_change(row.cells, compared_time(*comparison, run, region ? region->path : ""));
  for (const auto* metric : metrics) row.cells.push_back(Cell::of(value_or_missing(values, metric->id, "1")));
  return row;
}

std::vector<Column> kernel_columns(bool compared, const Metrics& metrics) {
  std::vector<Column> columns{{"Workload", {}, false},
                              {"Variant", {}, false},
                              {"Region", "names from the outermost region inwards", false},
                              {"Threads", {}, true},
                              {"Calls", "in the repetition nearest the median", true},
                              {"Time", "median of the repetitions for a whole run", true}};
  if (compared) {
    columns.push_back({"Baseline time", {}, true});
    columns.push_back({"Change", "candidate time / baseline time - 1", true});
    columns.push_back({"Verdict", {}, false});
  }
  for (const auto* metric : metrics)
    columns.push_back({to_qstring(metric->title), to_qstring(metric->summary), true});
  return columns;
}

}  // namespace

Table kernel_table(const Analysis& analysis, const Comparison* comparison) {
  const auto metrics = metrics_in(analysis.report);
  Table table{kernel_columns(comparison != nullptr, metrics), {}};
  for (const auto& run : analysis.report.runs) {
    table.rows.push_back(kernel_row(run, nullptr, comparison, metrics));
    for (const auto& region : run.regions)
      table.rows.push_back(kernel_row(run, &region, comparison, metrics));
  }
  return table;
}

const ValueMap* values_of(const Report& report, const QString& run, const QString& region) {
  for (const auto& candidate : report.runs) {
    if (run_key(candidate.workload, candidate.variant) != run) continue;
    if (region.isEmpty()) return &candidate.values;
    const auto at = std::find_if(candidate.regions.begin(), candidate.regions.end(),
                                 [&](const Region& r) { return to_qstring(r.path) == region; });
    if (at != candidate.regions.end()) return &at->values;
  }
  return nullptr;
}

}  // namespace hpct
