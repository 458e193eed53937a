// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <vector>

#include "analyzer/text_layout.h"

namespace hpct {

/// The same roof, measured twice.
struct RoofPair {
  Ceiling base;
  Ceiling candidate;
  /// Their bands (10 % to 95 % of the samples) share at least a point. The roofs of two measurements on one
  /// quiet machine do; what does not is a machine that changed, or a cache or a bus that is shared.
  bool agree = false;
};

/// Roofs of both reports with a known value, matched by id, instruction set and threads.
std::vector<RoofPair> compare_roofs(const Report& base, const Report& candidate);

/// Those that do not agree as a table, and how many do; empty when there are none to compare, or all of them
/// are one and the same measurement.
std::string roof_comparison_text(const std::vector<RoofPair>& pairs, const RenderOptions& options);

}  // namespace hpct
