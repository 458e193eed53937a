// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/change_text.h"
#include "analyzer/rule.h"

namespace hpct::rules {
namespace {

bool is_region_of(const ComparedRow& region, const ComparedRow& run) {
  return !region.region.empty() && region.workload == run.workload && region.variant == run.variant &&
         region.threads == run.threads && region.metric == run.metric && region.ratio.known();
}

/// Seconds, or instructions.
double added(const ComparedRow& row) { return *row.candidate.number - *row.base.number; }

// An inner region that added this much of what the outer one did is where to look.
constexpr double kExplains = 0.8;

bool outdoes(const ComparedRow& row, const ComparedRow* worst) {
  if (worst == nullptr) return true;
  const bool inside = row.region.starts_with(worst->region + "/");
  return added(row) > added(*worst) * (inside ? kExplains : 1.0);
}

/// The region that added most of the time, the innermost one: the question asked next.
const ComparedRow* culprit(const Comparison& comparison, const ComparedRow& run) {
  const ComparedRow* worst = nullptr;
  for (const auto& row : comparison.rows)
    if (is_region_of(row, run) && row.verdict == Verdict::regressed && outdoes(row, worst)) worst = &row;
  return worst;
}

std::string message_of(const Comparison& comparison, const ComparedRow& row) {
  auto message = change_text(row);
  if (row.verdict != Verdict::regressed) return message;
  if (const auto* region = culprit(comparison, row))
    message += fmt::format("; most of it in {}: {}", region->region, change_text(*region));
  return message;
}

std::vector<RuleResult> check(const Comparison& comparison) {
  std::vector<RuleResult> results;
  for (const auto& row : comparison.rows) {
    const bool judged = row.verdict == Verdict::regressed || row.verdict == Verdict::improved ||
                        row.verdict == Verdict::unchanged;
    if (!judged || !row.region.empty()) continue;
    results.push_back({"slowdown", subject_of(comparison, row) + " " + row.metric, row.verdict,
                       message_of(comparison, row)});
  }
  return results;
}

}  // namespace

extern const RuleInfo slowdown;
const RuleInfo slowdown{"slowdown", "A run is slower than the threshold allows, beyond its interval", check};

}  // namespace hpct::rules
