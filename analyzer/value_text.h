// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hpct {

/// "±0.7 %": half the interval against the number, or "" without an interval.
std::string spread_text(const Value& value);

/// "12.3x" with three digits.
std::string times_text(double ratio);

/// "1 thread", "2 threads"
std::string threads_text(int threads);

/// "1brc/avx2"
std::string label_of(const Run& run);
std::string label_of(std::string_view workload,
                     std::string_view variant);  ///< a benchmark may have no variant

/// "rows=100000000 stations=413", empty without parameters.
std::string parameters_text(const Run& run);

/// A bar of `cells` characters for a share of 0..1, in eighths of a character.
std::string bar_text(double share, int cells);

/// Values as table cells: numbers get a mark for where they come from, missing ones are a dash, and
/// both are explained in lines to print on the same screen.
class Footnotes {
 public:
  /// "6.81 GB/s~", or "-" when missing. A blank stands where the mark would be, so that digits
  /// line up. `what` names the quantity in the explanation of a dash.
  std::string text(const Value& value, std::string_view what);

  /// The mark alone, nothing for a measured value.
  std::string mark(const Value& value);

  /// The explanations of all dashes so far and of the marks that stand in `shown` (a table may have
  /// given up columns), wrapped; empty when there are none.
  [[nodiscard]] std::string lines(int width, std::string_view shown) const;

 private:
  std::string marks_;                                        // those used, each once
  std::vector<std::pair<std::string, std::string>> dashes_;  // reason, quantities
};

/// The character that marks a provenance; a blank for measured.
char mark_of(Provenance provenance);

}  // namespace hpct
