// SPDX-License-Identifier: Apache-2.0
#include "analyzer/comparison_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/instruction_counts.h"
#include "analyzer/text_table.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct {
namespace {

constexpr int kBarCells = 15;  // odd: the middle one is "no change"
// Narrower screens have no room for the bars, so their legend is left out.
constexpr int kWideEnough = 100;
// The bar shows this many thresholds on either side; what is farther off sticks to the edge.
constexpr double kThresholdsShown = 3;

Style style_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::improved:
      return Style::good;
    case Verdict::unchanged:
      return Style::plain;
    case Verdict::regressed:
    case Verdict::not_comparable:
      return Style::bad;
    case Verdict::undecided:
      return Style::doubt;
  }
  return Style::plain;
}

int cell_of(double change, double span) {
  const double place = std::clamp(change / span, -1.0, 1.0);
  return static_cast<int>(std::lround((place + 1) / 2 * (kBarCells - 1)));
}

/// "    ┊   │  ━●━┊ ": the interval against no change (│) and the threshold (┊).
std::string interval_bar(const Value& ratio, double threshold) {
  if (!ratio.known() || !ratio.interval) return {};
  const double span = threshold * kThresholdsShown;
  std::vector<std::string> cells(kBarCells, " ");
  const auto at = [&](double change) -> std::string& {
    return cells[static_cast<std::size_t>(cell_of(change, span))];
  };
  at(-threshold) = at(threshold) = "┊";
  at(0) = "│";
  for (int i = cell_of(ratio.interval->low - 1, span); i <= cell_of(ratio.interval->high - 1, span); ++i)
    cells[static_cast<std::size_t>(i)] = "━";
  at(*ratio.number - 1) = "●";
  std::string bar;
  for (const auto& cell : cells) bar += cell;
  return bar;
}

std::string change_of(const Value& ratio) {
  if (!ratio.known()) return {};
  if (*ratio.number >= 2) return times_text(*ratio.number);
  return fmt::format("{:+.1f} %", (*ratio.number - 1) * 100);
}

/// The farther end of the interval from the change: "±1.2".
std::string interval_of(const Value& ratio) {
  if (!ratio.interval) return {};
  const double half = std::max(ratio.interval->high - *ratio.number, *ratio.number - ratio.interval->low);
  return fmt::format("±{:.1f}", half * 100);
}

/// A small change of a count is no rounding: it gets the digits that show it.
std::string change_of(const ComparedRow& row) {
  if (row.metric != kSimulatedCount || !row.ratio.known() || *row.ratio.number >= 2)
    return change_of(row.ratio);
  return fmt::format("{:+.2f} %", (*row.ratio.number - 1) * 100);
}

std::string quantity_of(const Value& value) {
  if (!value.known()) return "-";
  return value.unit == "1" ? format_quantity(*value.number, "") : format_value(value);
}

/// Regions of a count only where they explain a change.
bool worth_a_row(const ComparedRow& row) {
  return row.metric != kSimulatedCount || row.region.empty() || row.verdict != Verdict::unchanged;
}

std::string name_in_table(const Comparison& comparison, const ComparedRow& row) {
  if (row.region.empty() && row.metric == kSimulatedCount) return "  instructions (simulated)";
  if (row.region.empty()) return subject_of(comparison, row);
  const auto depth = static_cast<std::size_t>(std::count(row.region.begin(), row.region.end(), '/'));
  const auto slash = row.region.rfind('/');
  return std::string(2 + depth * 2, ' ') +
         (slash == std::string::npos ? row.region : row.region.substr(slash + 1));
}

std::string rows_text(const Comparison& comparison, const RenderOptions& options) {
  TextTable table({{"RUN", Align::left},
                   {"BASE"},
                   {"CANDIDATE"},
                   {"CHANGE"},
                   {"95 %", Align::left, 1},
                   {"", Align::left, 2},
                   {"VERDICT", Align::left}});
  for (const auto& row : comparison.rows)
    if (worth_a_row(row))
      table.add({{name_in_table(comparison, row), row.region.empty() ? Style::strong : Style::plain},
                 quantity_of(row.base),
                 quantity_of(row.candidate),
                 change_of(row),
                 interval_of(row.ratio),
                 interval_bar(row.ratio, comparison.options.threshold),
                 {std::string(name_of(row.verdict)), style_of(row.verdict)}});
  if (!table.empty()) return table.text(options);
  return comparison.roofs.empty() ? "Neither report has a run to compare.\n" : "";
}

std::string differences_text(const Comparison& comparison, const RenderOptions& options) {
  std::string out;
  const auto width = static_cast<std::size_t>(options.width);
  for (const auto& [what, base, candidate, blocks] : comparison.differences)
    out += wrapped(fmt::format("{}: {} -> {}", what, base, candidate), width, blocks ? "  ! " : "    ",
                   "      ");
  if (out.empty()) return {};
  const bool any = comparison.differences.front().blocks;  // those that block come first
  const auto legend = !any ? ":"
                      : comparison.options.ignore_differences
                          ? " (! forbids comparing, ignored as you asked):"
                          : " (! forbids comparing):";
  return fmt::format("What differs{}\n{}\n", legend, out);
}

/// Every reason once, with the runs it is about; regions would only repeat them.
std::string reasons_text(const Comparison& comparison, const RenderOptions& options) {
  std::vector<std::pair<std::string, std::string>> reasons;
  for (const auto& row : comparison.rows) {
    if (row.reason.empty() || !row.region.empty()) continue;
    const auto at =
        std::find_if(reasons.begin(), reasons.end(), [&](const auto& r) { return r.first == row.reason; });
    if (at == reasons.end())
      reasons.emplace_back(row.reason, subject_of(comparison, row));
    else
      at->second += ", " + subject_of(comparison, row);
  }
  std::string out;
  for (const auto& [reason, subjects] : reasons)
    out += wrapped(fmt::format("{}: {}", subjects, reason), static_cast<std::size_t>(options.width), "  ",
                   "    ");
  return out.empty() ? out : "\n" + out;
}

std::string threshold_text(const Comparison& comparison) {
  return fmt::format("threshold {:.3g} %", comparison.options.threshold * 100);
}

bool any_bar(const Comparison& comparison) {
  return std::any_of(comparison.rows.begin(), comparison.rows.end(),
                     [](const auto& row) { return row.ratio.interval.has_value(); });
}

/// In capitals what does not exit with 0.
std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::improved:
      return "better";
    case Verdict::unchanged:
      return "pass";
    case Verdict::regressed:
      return "FAIL";
    case Verdict::undecided:
      return "UNSURE";
    case Verdict::not_comparable:
      return "REFUSE";
  }
  return "";
}

/// The last line. Reports of roofs alone have nothing to decide.
std::string verdict_text(const Comparison& comparison, const RenderOptions& options) {
  if (comparison.rows.empty() && !comparison.roofs.empty()) return "No run to compare.\n";
  return painted(std::string(name_of(comparison.overall)), style_of(comparison.overall), options) +
         fmt::format(" ({}; whole runs decide, regions explain)\n", threshold_text(comparison));
}

/// After the runs, which are what the user came for.
std::string roofs_text(const Comparison& comparison, const RenderOptions& options) {
  const auto text = roof_comparison_text(comparison.roofs, options);
  return text.empty() || comparison.rows.empty() ? text : "\n" + text;
}

}  // namespace

std::string comparison_text(const Comparison& comparison, const RenderOptions& options) {
  auto out = differences_text(comparison, options) + rows_text(comparison, options);
  if (any_bar(comparison) && options.width >= kWideEnough)
    out += painted(fmt::format("│ no change  ┊ ±{:.3g} %  ● change of the median time, ━ 95 % interval\n",
                               comparison.options.threshold * 100),
                   Style::faint, options);
  return out + reasons_text(comparison, options) + roofs_text(comparison, options) + "\n" +
         verdict_text(comparison, options);
}

std::string gate_text(const GateDecision& decision, const Comparison& comparison,
                      const RenderOptions& options) {
  std::string out = differences_text(comparison, options);
  const auto width = static_cast<std::size_t>(options.width);
  for (const auto& result : decision.results) {
    const auto word = padded_right(std::string(word_of(result.verdict)), 8);
    const auto line = wrapped(fmt::format("{}: {}", result.subject, result.message), width, word, "        ");
    out += painted(word, style_of(result.verdict), options) + line.substr(word.size());
  }
  if (decision.results.empty()) out += "Nothing to compare: the reports have no run in common.\n";
  return out +
         fmt::format("{} ({}, exit code {})\n",
                     painted(std::string(name_of(decision.verdict)), style_of(decision.verdict), options),
                     threshold_text(comparison), exit_code(decision));
}

}  // namespace hpct
