// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <vector>

#include "analyzer/comparison.h"

namespace hpct {

/// What is drawn: a machine has a roof per level, instruction set and thread count, and a ladder
/// has every kernel once per variant, far too many to read at once. Whole runs are always drawn.
struct RoofChoice {
  int threads = 0;     ///< of the roofs; 0: any
  QString isa;         ///< of the roofs; empty: the highest of each kind
  QString kernels_of;  ///< the run whose regions are drawn; empty: all of them
};

/// Regions below this share of their run's time are left out of the chart: no change to them matters.
inline constexpr double kSmallestRegion = 0.01;

/// A roof in chart units: flop/B to the right, Gflop/s upwards.
struct RoofLine {
  QString label;
  bool compute = false;  ///< a flat roof; else the slope of a memory level
  double height = 0;     ///< Gflop/s, or GB/s
  double low = 0;        ///< the band that the samples span; both equal to height when it is not known
  double high = 0;
};

/// A run or region as it is drawn.
struct Dot {
  QString label;  ///< empty when another dot at the same place has a name
  QString workload;
  QString run;  ///< as in the selection
  QString region;
  QString tip;
  double x = 0;    ///< flop/B
  double y = 0;    ///< Gflop/s
  double low = 0;  ///< interval of y; both equal to y when there is none
  double high = 0;
  bool hollow = false;  ///< modelled or simulated, not measured
  bool baseline = false;
};

/// From the baseline's dot to the candidate's, with what the comparison says of the time.
struct DotMove {
  std::size_t from = 0;
  std::size_t to = 0;
  Verdict verdict = Verdict::undecided;
  QString label;  ///< "time -13.0 %", empty when nothing was decided
};

/// What the axes span. All > 0.
struct ChartFrame {
  double x_low = 0.01, x_high = 100;
  double y_low = 0.1, y_high = 1000;
};

struct RooflineChart {
  std::vector<RoofLine> roofs;
  std::vector<Dot> dots;
  std::vector<DotMove> moves;
  ChartFrame frame;
};

/// Thread counts and instruction sets that the roofs were measured for.
std::vector<int> roof_threads(const std::vector<Ceiling>& ceilings);
std::vector<QString> roof_isas(const std::vector<Ceiling>& ceilings);

/// Everything the roofline view draws. `baseline` and `comparison` may be null. Points that
/// are not > 0 in both coordinates are left out: a logarithmic axis has no place for them.
RooflineChart roofline_chart(const Analysis& current, const Analysis* baseline, const Comparison* comparison,
                             const RoofChoice& choice);

/// "1brc/avx512: missing: not_declared (the workload declares no flops)": what is not in the chart.
/// A region that is missing from several runs for one reason is named once.
std::vector<QString> undrawable_texts(const Roofline& roofline);

}  // namespace hpct
