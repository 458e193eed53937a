// SPDX-License-Identifier: Apache-2.0
#include "analyzer/change_text.h"

#include "analyzer/instruction_counts.h"

#include <fmt/format.h>

#include <cmath>

namespace hpct {
namespace {

// Beyond a factor of two people think in factors: "3.1x slower", not "210 % slower".
constexpr double kFactor = 2;

std::string size_text(double ratio) {
  if (std::abs(ratio - 1) < 0.0005) return "as fast as before";
  if (ratio >= kFactor) return fmt::format("{:.2f}x slower", ratio);
  if (ratio <= 1 / kFactor) return fmt::format("{:.2f}x faster", 1 / ratio);
  return fmt::format("{:.1f} % {}", std::abs(ratio - 1) * 100, ratio > 1 ? "slower" : "less time");
}

}  // namespace

/// Counts do not scatter: every digit of a small change is real.
std::string count_text(double ratio) {
  if (ratio == 1) return "the same number of instructions";
  return fmt::format("{:.3g} % {} instructions", std::abs(ratio - 1) * 100, ratio > 1 ? "more" : "fewer");
}

std::string change_text(const ComparedRow& row) {
  if (!row.ratio.known()) return {};
  if (row.metric == kSimulatedCount) return count_text(*row.ratio.number);
  if (row.ratio.interval == Interval{1, 1}) return "the same measurement on both sides";
  auto text = size_text(*row.ratio.number);
  if (row.ratio.interval)
    text += fmt::format(" (time {:+.1f} .. {:+.1f} %)", (row.ratio.interval->low - 1) * 100,
                        (row.ratio.interval->high - 1) * 100);
  return text;
}

}  // namespace hpct
