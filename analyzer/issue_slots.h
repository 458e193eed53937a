// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/finding.h"

namespace hpct {

/// One use of the core's issue slots that explains a run when it has a large share of them (top-down
/// analysis, A. Yasin, ISPASS 2014).
struct SlotUse {
  std::string_view id;      ///< of the finding
  std::string_view metric;  ///< "topdown.backend"
  double limit;             ///< from this share on
  std::string_view bound;
  std::string_view claim;  ///< behind "43.0 % of its issue slots"
  std::string_view advice;
};

/// A finding when the slots were counted and the run is not near a roof, which would explain them.
std::vector<Finding> slot_findings(const SlotUse& use, const Run& run);

}  // namespace hpct
