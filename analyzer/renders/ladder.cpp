// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analyzer/bound.h"
#include "analyzer/facts_table.h"
#include "analyzer/ladder.h"
#include "analyzer/metric.h"
#include "analyzer/render.h"
#include "analyzer/roofline.h"
#include "analyzer/text_table.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct::renders {
namespace {

// Below this a bar would fit beside some ladders and not beside others.
constexpr int kWideEnoughForBars = 100;

// A factor this near to 1 is no change.
constexpr double kSame = 0.01;
// A roof is a band, and those of two instruction sets for the same memory differ a little.
constexpr double kSameRoof = 0.15;
constexpr std::size_t kStepWidth = 5;

/// "DRAM" or "FP32": the instruction set is clear from the variant.
std::string short_name(const Ceiling& roof) {
  const auto name = roof_name(roof);
  return name.substr(0, name.find(' '));
}

std::string optional_times(const std::optional<double>& ratio) { return ratio ? times_text(*ratio) : ""; }

std::vector<Cell> row_of(const Rung& rung, Footnotes& notes, const RenderOptions& options) {
  const auto& run = *rung.run;
  const auto& share = rung.roof.share;
  const auto time = value_or_missing(run.values, "time.wall", "s");
  const bool with_bar = options.width >= kWideEnoughForBars && share.known();
  return {{run.variant, run.check.ok || run.role == "program" ? Style::strong : Style::bad},
          fmt::format("{}T", run.threads),
          notes.text(time, "time"),
          {spread_text(time), Style::faint},
          optional_times(rung.step),
          {optional_times(rung.total), Style::good},
          notes.text(value_or_missing(run.values, "throughput", "1/s"), "throughput"),
          notes.text(share, "roof"),
          rung.roof.ceiling != nullptr ? short_name(*rung.roof.ceiling) : "",
          with_bar ? bar_text(*share.number, 10) : "",
          bound_word(rung)};
}

std::string rungs_table(const Ladder& ladder, Footnotes& notes, const RenderOptions& options) {
  TextTable table({{"VARIANT", Align::left},
                   {"ON", Align::right, 3},
                   {"TIME"},
                   {"", Align::left, 4},
                   {"STEP"},
                   {"TOTAL", Align::right, 1},
                   {"THROUGHPUT", Align::right, 6},
                   {"OF ROOF"},
                   {"", Align::left, 2},
                   {"", Align::left, 5},
                   {"BOUND BY", Align::left}});
  for (const auto& rung : ladder.rungs) table.add(row_of(rung, notes, options));
  for (const auto& rung : ladder.asides) table.add(row_of(rung, notes, options));
  return table.text(options);
}

/// "2.00x~ fewer bytes"; nothing for what stayed as it was.
void add_factor(std::string& text, const Value& factor, double same, const std::string& more,
                const std::string& less, Footnotes& notes) {
  const double number = *factor.number;
  if (number <= 0 || std::abs(number - 1) < same) return;
  text += fmt::format("{}{}{} {}", text.empty() ? "" : ", ", times_text(number > 1 ? number : 1 / number),
                      notes.mark(factor), number > 1 ? more : less);
}

/// What the step is the product of; empty when only the distance to the same roof has changed.
std::string factors_text(const StepFactors& factors, Footnotes& notes) {
  const bool compute = factors.kind == "compute";
  const std::string what = compute ? "flops" : "bytes";
  const std::string roof = compute ? "arithmetic roof" : "memory roof";
  std::string text;
  add_factor(text, factors.work, kSame, "fewer " + what, "more " + what, notes);
  add_factor(text, factors.roof, kSameRoof, "higher " + roof, "lower " + roof, notes);
  if (text.empty()) return text;
  add_factor(text, factors.share, kSame, "nearer to it", "farther from it", notes);
  return text;
}

/// What is new in each rung, and of what its step is made.
std::string steps_text(const Ladder& ladder, Footnotes& notes, const RenderOptions& options) {
  std::size_t names = 0;
  for (const auto* rungs : {&ladder.rungs, &ladder.asides})
    for (const auto& rung : *rungs) names = std::max(names, display_width(rung.run->variant));
  const std::string indent(names + 2 + kStepWidth + 2, ' ');
  const auto width = static_cast<std::size_t>(options.width);
  std::string out;
  for (const auto* rungs : {&ladder.rungs, &ladder.asides})
    for (const auto& rung : *rungs) {
      const auto& news = rung.run->summary;
      const auto factors = rung.factors ? factors_text(*rung.factors, notes) : "";
      if (news.empty() && factors.empty()) continue;
      const auto first = padded_right(rung.run->variant, names) + "  " +
                         padded_left(optional_times(rung.step), kStepWidth) + "  ";
      if (!news.empty()) out += wrapped(news, width, first, indent);
      if (!factors.empty())
        out += wrapped("= " + factors, width, news.empty() ? first : indent, indent + "  ");
    }
  return out.empty() ? out : painted("WHAT IS NEW", Style::faint, options) + "\n" + out;
}

/// What words of the last column mean, where they do not say it themselves.
std::string words_text(const Report& report, const Ladder& ladder, const RenderOptions& options) {
  const auto said = ladder.fastest().bound ? std::string() : unknown_bound(report, *ladder.fastest().run);
  std::map<std::string, std::string> meanings;
  for (const auto* rungs : {&ladder.rungs, &ladder.asides})
    for (const auto& rung : *rungs) {
      const auto word = bound_word(rung);
      const auto meaning =
          rung.bound ? std::string(meaning_of_bound(word)) : unknown_bound(report, *rung.run);
      if (!meaning.empty()) meanings.emplace(word, meaning);
    }
  std::string out;
  for (const auto& [word, meaning] : meanings)
    if (meaning != said)  // else the reading has said it
      out += wrapped(meaning, static_cast<std::size_t>(options.width), word + ": ", "  ");
  return out;
}

std::string heading_of(const Run& run, const RenderOptions& options) {
  const auto& name = run.workload;
  const auto text = wrapped(parameters_text(run), static_cast<std::size_t>(options.width), name + "  ",
                            std::string(name.size() + 2, ' '));
  return painted(name, Style::strong, options) + text.substr(name.size());
}

std::string ladder_text(const Report& report, const Ladder& ladder, const RenderOptions& options) {
  Footnotes notes;
  std::vector<const Run*> runs;
  for (const auto* rungs : {&ladder.rungs, &ladder.asides})
    for (const auto& rung : *rungs) runs.push_back(rung.run);
  const auto table = rungs_table(ladder, notes, options);
  const auto reading = wrapped(reading_of(report, ladder), static_cast<std::size_t>(options.width), "", "");
  const auto steps = steps_text(ladder, notes, options);
  const auto facts = facts_table(runs, notes, options);
  return heading_of(*runs.front(), options) + table + reading + steps + facts +
         painted(words_text(report, ladder, options) + notes.lines(options.width, table + steps + facts),
                 Style::faint, options);
}

std::string render(const Analysis& analysis, const RenderOptions& options) {
  std::string out;
  for (const auto& ladder : ladders_of(analysis.report))
    out += (out.empty() ? "" : "\n") + ladder_text(analysis.report, ladder, options);
  const auto& runs = analysis.report.runs;
  if (out.empty() &&
      std::any_of(runs.begin(), runs.end(), [](const Run& r) { return r.role == "benchmark"; }))
    return "Benchmarks are no ladder, they do not lead from one to the next: see --view summary.\n";
  if (out.empty()) return "This report has no runs to compare, only roofs: see --view roofline.\n";
  return out;
}

}  // namespace

extern const RenderInfo ladder;
const RenderInfo ladder{"ladder", "each variant: time, speed-up by step and in total, roof, what bounds it",
                        render};

}  // namespace hpct::renders
