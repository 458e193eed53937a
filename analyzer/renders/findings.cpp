// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/render.h"
#include "analyzer/text_layout.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct::renders {
namespace {

constexpr std::string_view kIndent = "            ";  // as wide as the labels

Style style_of(Severity severity) {
  return severity == Severity::warning  ? Style::bad
         : severity == Severity::advice ? Style::doubt
                                        : Style::faint;
}

std::string evidence_text(const Finding& finding, Footnotes& notes) {
  std::string text;
  for (const auto& [label, value] : finding.evidence) {
    if (!value.known()) continue;  // the claim says why, if it matters
    auto number = notes.text(value, label);
    if (number.ends_with(' ')) number.pop_back();
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", label, number);
  }
  return text;
}

/// `above` is the card before, whose advice need not be repeated; null for the first.
std::string card(const Finding& finding, const Finding* above, Footnotes& notes,
                 const RenderOptions& options) {
  const auto width = static_cast<std::size_t>(options.width);
  const auto line = [&](std::string_view label, const std::string& text) {
    return text.empty() ? std::string()
                        : wrapped(text, width, padded_right("  " + std::string(label), 12), kIndent);
  };
  auto out =
      painted(padded_right(std::string(name_of(finding.severity)), 8), style_of(finding.severity), options) +
      "  " + painted(label_of(finding.workload, finding.variant), Style::strong, options);
  if (!finding.region.empty()) out += " " + finding.region;
  out += "  " + painted(finding.id, Style::faint, options) + "\n";
  out += wrapped(finding.claim, width, "  ", "  ");
  out += line("evidence", evidence_text(finding, notes));
  if (finding.gain.known() && *finding.gain.number > 1.005)
    out += line("gain", fmt::format("up to {} as fast", times_text(*finding.gain.number)));
  const bool repeated = above != nullptr && above->id == finding.id && above->advice == finding.advice;
  return out + line("try", repeated ? "as above" : finding.advice);
}

std::string render(const Analysis& analysis, const RenderOptions& options) {
  if (analysis.findings.empty())
    return "No findings: nothing here is near a roof, unbalanced or disturbed.\n";
  Footnotes notes;
  std::string out;
  const Finding* above = nullptr;
  for (const auto& finding : analysis.findings) {
    out += (out.empty() ? "" : "\n") + card(finding, above, notes, options);
    above = &finding;
  }
  if (const auto lines = notes.lines(options.width, out); !lines.empty())
    out += "\n" + painted(lines, Style::faint, options);
  return out;
}

}  // namespace

extern const RenderInfo findings;
const RenderInfo findings{"findings", "bottlenecks and doubts, each with its evidence and what to try",
                          render};

}  // namespace hpct::renders
