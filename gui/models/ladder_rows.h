// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "analyzer/ladder.h"

namespace hpct {

/// What one rung of a ladder looks like, as text and lengths of bars.
struct LadderRow {
  QString name;  ///< "avx512, 2T"
  QString time;
  QString step;   ///< "2.92x", empty for the first and for what lies beside
  QString total;  ///< "17.0x"
  QString share;  ///< "94.6 % of DRAM", or why not
  QString bound;
  QString news;                     ///< what is new in it
  std::optional<double> speedup;    ///< to the first rung, also of what lies beside
  std::optional<double> roofShare;  ///< 0.946
  bool modelled = false;            ///< the share rests on a formula, so its bar is hollow
  bool aside = false;
};

/// The rungs, then what lies beside.
std::vector<LadderRow> ladder_rows(const Ladder& ladder);

}  // namespace hpct
