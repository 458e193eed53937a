// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/finding.h"

namespace hpct {

/// One kind of roof a run can be stuck under.
struct RoofKind {
  std::string_view id;     ///< of the finding: "memory_bound"
  std::string_view kind;   ///< of the ceiling: "bandwidth"
  std::string_view bound;  ///< the finding's: "memory"
  /// What to try, given the roof that binds.
  std::string (*advice)(const Report& report, const Run& run, const Ceiling& roof);
};

/// A finding when the run is close to a roof of that kind; else one for each region that takes a
/// fair part of the time and is close to one.
std::vector<Finding> roof_findings(const RoofKind& kind, const Report& report, const Run& run);

}  // namespace hpct
