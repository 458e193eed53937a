// SPDX-License-Identifier: Apache-2.0
#include "analyzer/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "analyzer/run_pairs.h"
#include "analyzer/text_layout.h"
#include "reports/unit.h"

namespace hpct {
namespace {

struct Mark {
  char symbol;
  std::string_view meaning;
};

// In the order of Provenance; measured values and missing ones have none.
constexpr std::array<Mark, 7> kMarks{{{' ', ""},
                                      {'*', "counted exactly by software (a rate: over measured time)"},
                                      {'/', "scaled: the counter was on for part of the time"},
                                      {'?', "sampled"},
                                      {'^', "simulated"},
                                      {'~', "modelled: from the workload's own formula, over measured time"},
                                      {' ', ""}}};

}  // namespace

char mark_of(Provenance provenance) { return kMarks.at(static_cast<std::size_t>(provenance)).symbol; }

std::string spread_text(const Value& value) {
  if (!value.known() || !value.interval || *value.number == 0) return {};
  const double half = std::max(value.interval->high - *value.number, *value.number - value.interval->low);
  const double percent = half / *value.number * 100;
  return fmt::format("±{:.{}f} %", percent, percent < 9.95 ? 1 : 0);
}

std::string times_text(double ratio) {
  const int digits = ratio >= 99.95 ? 0 : ratio >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}x", ratio, digits);
}

std::string threads_text(int threads) { return fmt::format("{} thread{}", threads, threads == 1 ? "" : "s"); }

std::string label_of(std::string_view workload, std::string_view variant) {
  return variant.empty() ? std::string(workload) : fmt::format("{}/{}", workload, variant);
}

std::string label_of(const Run& run) { return label_of(run.workload, run.variant); }

std::string parameters_text(const Run& run) {
  std::string text;
  for (const auto& [name, value] : run.parameters)
    if (!to_text(value).empty())
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, to_text(value));
  return text;
}

std::string bar_text(double share, int cells) {
  constexpr std::array<std::string_view, 8> kEighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * cells * 8));
  std::string bar;
  for (std::size_t i = 0; i < eighths / 8; ++i) bar += "█";
  bar += kEighths.at(eighths % 8);
  return padded_right(bar, static_cast<std::size_t>(cells));
}

std::string Footnotes::mark(const Value& value) {
  const char mark = mark_of(value.provenance);
  if (mark == ' ') return {};
  if (marks_.find(mark) == std::string::npos) marks_ += mark;
  return std::string(1, mark);
}

std::string Footnotes::text(const Value& value, std::string_view what) {
  if (value.known()) {
    const auto own = mark(value);
    return format_value(value) + (own.empty() ? " " : own);
  }
  const auto reason = value.detail.empty() ? std::string(name_of(value.reason)) : value.detail;
  const auto at =
      std::find_if(dashes_.begin(), dashes_.end(), [&](const auto& dash) { return dash.first == reason; });
  if (at == dashes_.end())
    dashes_.emplace_back(reason, what);
  else if (at->second.find(what) == std::string::npos)
    at->second += fmt::format(", {}", what);
  return "- ";
}

std::string Footnotes::lines(int width, std::string_view shown) const {
  std::string out;
  const auto columns = static_cast<std::size_t>(width);
  for (const auto& mark : kMarks)
    if (marks_.find(mark.symbol) != std::string::npos && shown.find(mark.symbol) != std::string_view::npos)
      out += wrapped(mark.meaning, columns, fmt::format("{} ", mark.symbol), "  ");
  for (const auto& [reason, what] : dashes_)
    out += wrapped(fmt::format("{}: {}", what, reason), columns, "- ", "  ");
  return out;
}

}  // namespace hpct
