// SPDX-License-Identifier: Apache-2.0
#include "analyzer/rule.h"

namespace hpct::rules {
namespace {

/// A lost run must not pass silently: the benchmark that crashed is the one to look at. A new
/// run is no reason to doubt anything, so it gets no result.
std::vector<RuleResult> check(const Comparison& comparison) {
  std::vector<RuleResult> results;
  for (const auto& row : comparison.rows)
    if (row.region.empty() && !row.in_candidate)
      results.push_back({"missing_run", subject_of(comparison, row), Verdict::not_comparable,
                         "in the base but not in the candidate"});
  return results;
}

}  // namespace

extern const RuleInfo missing_run;
const RuleInfo missing_run{"missing_run", "A run of the base is not in the candidate", check};

}  // namespace hpct::rules
