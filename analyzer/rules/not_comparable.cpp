// SPDX-License-Identifier: Apache-2.0
#include "analyzer/rule.h"

namespace hpct::rules {
namespace {

std::vector<RuleResult> check(const Comparison& comparison) {
  std::vector<RuleResult> results;
  for (const auto& row : comparison.rows)
    if (row.region.empty() && row.in_base && row.in_candidate && row.verdict == Verdict::not_comparable)
      results.push_back(
          {"not_comparable", subject_of(comparison, row) + " " + row.metric, row.verdict, row.reason});
  return results;
}

}  // namespace

extern const RuleInfo not_comparable;
const RuleInfo not_comparable{
    "not_comparable", "A run's times must not be compared: other machine, other parameters, wrong result",
    check};

}  // namespace hpct::rules
