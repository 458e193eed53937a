// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "analyzer/verdict.h"
#include "gui/models/tables.h"
#include "gui/models/value_text.h"

namespace hpct {
namespace {

/// The distance from 1 as a factor, whichever side it lies on.
double distance(double ratio) { return ratio > 0 ? std::max(ratio, 1 / ratio) : 1; }

/// One scale for all rows, so that bars can be compared by eye: from 1.1 to 4, beyond that the
/// bar is cut off and the number tells.
double common_scale(const Comparison& comparison) {
  double scale = 1 + 2 * comparison.options.threshold;
  for (const auto& row : comparison.rows)
    if (row.ratio.known()) scale = std::max(scale, distance(*row.ratio.number) * 1.1);
  return std::clamp(scale, 1.1, 4.0);
}

/// The ends of the bars' axis and its middle.
QString scale_title(double scale) {
  return QStringLiteral("%1x  \u2190  1x  \u2192  %2x").arg(1 / scale, 0, 'f', 2).arg(scale, 0, 'f', 2);
}

Cell ratio_cell(const ComparedRow& row, double threshold, double scale) {
  auto cell = Cell::of(row.ratio);
  if (!row.ratio.known()) return cell;
  const double ratio = *row.ratio.number;
  const auto interval = row.ratio.interval.value_or(Interval{ratio, ratio});
  cell.payload =
      QVariant::fromValue(RatioBar{ratio, interval.low, interval.high, threshold, scale, row.verdict});
  return cell;
}

Row compare_row(const ComparedRow& row, double threshold, double scale) {
  Row result{run_key(row.workload, row.variant), to_qstring(row.region), {}};
  auto change = Cell::of(row.ratio);
  if (row.ratio.known()) change.text = change_text(*row.ratio.number);
  const auto region = row.region.empty() ? Cell{QStringLiteral("(whole run)"), QString(), {}, false, {}}
                                         : Cell::of(to_qstring(row.region));
  result.cells = {verdict_cell(row.verdict),
                  Cell::of(result.run),
                  region,
                  Cell::of(to_qstring(row.metric)),
                  Cell::of(row.base),
                  Cell::of(row.candidate),
                  change,
                  ratio_cell(row, threshold, scale),
                  Cell::of(to_qstring(row.reason))};
  return result;
}

}  // namespace

Table compare_table(const Comparison& comparison) {
  const double scale = common_scale(comparison);
  Table table{{{"Verdict", {}, false},
               {"Run", {}, false},
               {"Region", {}, false},
               {"Metric", {}, false},
               {"Baseline", {}, true},
               {"Candidate", {}, true},
               {"Change", "candidate / baseline - 1", true},
               {scale_title(scale), "candidate / baseline with its 95 % interval; the band is the tolerance",
                false, true},
               {"Why", {}, false}},
              {}};
  for (const auto& row : comparison.rows)
    table.rows.push_back(compare_row(row, comparison.options.threshold, scale));
  return table;
}

Table difference_table(const std::vector<Difference>& differences) {
  auto sorted = differences;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Difference& a, const Difference& b) { return a.blocks > b.blocks; });
  Table table{
      {{"What differs", {}, false}, {"Baseline", {}, false}, {"Candidate", {}, false}, {"Effect", {}, false}},
      {}};
  for (const auto& difference : sorted)
    table.rows.push_back({{},
                          {},
                          {Cell::of(to_qstring(difference.what)), Cell::of(to_qstring(difference.base)),
                           Cell::of(to_qstring(difference.candidate)),
                           Cell::of(difference.blocks ? QStringLiteral("times must not be compared")
                                                      : QStringLiteral("may explain a change"))}});
  return table;
}

Cell verdict_cell(Verdict verdict) {
  auto cell = Cell::of(verdict_text(verdict));
  cell.sort = weight_of(verdict);
  cell.payload = QVariant::fromValue(verdict);
  return cell;
}

const ComparedRow* compared_time(const Comparison& comparison, const Run& run, std::string_view region) {
  const auto at = std::find_if(comparison.rows.begin(), comparison.rows.end(), [&](const ComparedRow& row) {
    return row.metric == "time.wall" && row.workload == run.workload && row.variant == run.variant &&
           row.threads == run.threads && row.region == region;
  });
  return at == comparison.rows.end() ? nullptr : &*at;
}

QString verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::improved:
      return QStringLiteral("improved");
    case Verdict::unchanged:
      return QStringLiteral("unchanged");
    case Verdict::regressed:
      return QStringLiteral("regressed");
    case Verdict::undecided:
      return QStringLiteral("undecided");
    case Verdict::not_comparable:
      return QStringLiteral("not comparable");
  }
  return {};
}

}  // namespace hpct
