// SPDX-License-Identifier: Apache-2.0
#include "analyzer/rule.h"

namespace hpct::rules {
namespace {

std::vector<RuleResult> check(const Comparison& comparison) {
  std::vector<RuleResult> results;
  for (const auto& row : comparison.rows)
    if (row.region.empty() && row.verdict == Verdict::undecided)
      results.push_back(
          {"undecided", subject_of(comparison, row) + " " + row.metric, row.verdict, row.reason});
  return results;
}

}  // namespace

extern const RuleInfo undecided;
const RuleInfo undecided{"undecided", "A run's times are too few or too scattered to tell", check};

}  // namespace hpct::rules
