// SPDX-License-Identifier: Apache-2.0
#include "analyzer/gate.h"

#include <algorithm>
#include <iterator>

#include "analyzer/verdict.h"

namespace hpct {

GateDecision decide(const Comparison& comparison) {
  GateDecision decision;
  for (const auto* rule : all_rules()) {
    auto results = rule->check(comparison);
    std::move(results.begin(), results.end(), std::back_inserter(decision.results));
  }
  std::stable_sort(decision.results.begin(), decision.results.end(),
                   [](const auto& a, const auto& b) { return weight_of(a.verdict) > weight_of(b.verdict); });
  // No result at all means that nothing was compared: silence is not a pass.
  decision.verdict = decision.results.empty() ? Verdict::not_comparable : decision.results.front().verdict;
  decision.failed = std::any_of(comparison.rows.begin(), comparison.rows.end(),
                                [](const ComparedRow& row) { return row.failed; });
  return decision;
}

int exit_code(const GateDecision& decision) {
  if (decision.failed) return 5;
  switch (decision.verdict) {
    case Verdict::improved:
    case Verdict::unchanged:
      return 0;
    case Verdict::regressed:
      return 1;
    case Verdict::undecided:
      return 3;
    case Verdict::not_comparable:
      return 4;
  }
  return 4;
}

}  // namespace hpct
