// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/comparison.h"
#include "gui/models/cell_model.h"

namespace hpct {

/// One row per run and per region: time, every metric the analyzer knows, and beside them the
/// baseline's time with the change when a comparison is given (may be null).
Table kernel_table(const Analysis& analysis, const Comparison* comparison);

/// Every value of a run or region with its origin.
Table value_table(const ValueMap& values);

/// The roofs the report measured.
Table ceiling_table(const std::vector<Ceiling>& ceilings);

/// What kRatioBar paints: the ratio, its interval, and the band that does not matter.
struct RatioBar {
  double ratio = 1;
  double low = 1;
  double high = 1;
  double threshold = 0;
  double scale = 2;  ///< the bar spans 1/scale .. scale, the same for every row
  Verdict verdict = Verdict::undecided;
};

/// One row per compared quantity. The column kRatioColumn carries a RatioBar when there is a ratio.
Table compare_table(const Comparison& comparison);
inline constexpr int kRatioColumn = 7;
inline constexpr int kVerdictColumn = 0;

/// What differs between the two machines, builds and inputs; what blocks comes first.
Table difference_table(const std::vector<Difference>& differences);

/// The compared time of a run, or of a region of it when `region` is not empty; null when there is none.
const ComparedRow* compared_time(const Comparison& comparison, const Run& run, std::string_view region);

/// The values of the run or region that the session has selected, or null.
const ValueMap* values_of(const Report& report, const QString& run, const QString& region);

QString verdict_text(Verdict verdict);

/// The verdict as a word, with the Verdict itself as payload for the colour.
Cell verdict_cell(Verdict verdict);

}  // namespace hpct
