// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/comparison.h"

namespace hpct {

/// What one rule says of one row (or of the whole comparison).
struct RuleResult {
  std::string rule;
  std::string subject;  ///< "1brc/avx2 time.wall"
  Verdict verdict = Verdict::undecided;
  std::string message;
};

/// The registry entry: one reason to fail a build each, listed in analyzer/CMakeLists.txt.
struct RuleInfo {
  std::string_view id;
  std::string_view summary;
  std::vector<RuleResult> (*check)(const Comparison& comparison);
};

std::span<const RuleInfo* const> all_rules();

}  // namespace hpct
