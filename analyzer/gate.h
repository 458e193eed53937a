// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/rule.h"

namespace hpct {

/// The gate's answer: every rule's results and the one verdict they add up to.
struct GateDecision {
  Verdict verdict = Verdict::undecided;
  bool failed = false;  ///< a run failed or its result is wrong: nothing was compared there
  std::vector<RuleResult> results;
};

/// Worst first: not comparable, regressed, undecided, then pass.
GateDecision decide(const Comparison& comparison);

/// 0 pass, 1 regressed, 3 undecided, 4 not comparable, 5 a run failed or its result is wrong.
int exit_code(const GateDecision& decision);

}  // namespace hpct
