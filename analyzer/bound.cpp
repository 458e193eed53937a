// SPDX-License-Identifier: Apache-2.0
#include "analyzer/bound.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/metric.h"
#include "analyzer/repetitions.h"

namespace hpct {
namespace {

// A cause that costs less than this explains a run only when nothing else does.
constexpr double kWorthNaming = 1.1;
// A region with less of the time does not limit the run.
constexpr double kMostOfTheTime = 0.5;
// Less waiting does not explain a run that is far below its roofs.
constexpr double kBusy = 0.05;

bool is_roof(const Finding& finding) { return finding.bound == "memory" || finding.bound == "arithmetic"; }

bool by_comparison(const Finding& finding) { return finding.id == "faster_sibling"; }

double part_of(const Run& run, const Finding& finding) {
  for (const auto& region : run.regions)
    if (region.path == finding.region)
      return value_or_missing(region.values, "time.share", "%").number.value_or(0);
  return 1;
}

/// Smaller is better.
int rank_of(const Run& run, const Finding& finding) {
  if (is_roof(finding)) return finding.region.empty() ? 0 : part_of(run, finding) >= kMostOfTheTime ? 4 : 5;
  if (by_comparison(finding)) return 2;
  return finding.gain.number.value_or(1) >= kWorthNaming ? 1 : 3;
}

}  // namespace

std::optional<Finding> bound_of(const Report& report, const Run& run) {
  std::vector<Finding> causes;
  for (const auto* info : all_findings())
    for (auto& finding : info->check(report, run))
      if (!finding.bound.empty() && rank_of(run, finding) < 5) causes.push_back(std::move(finding));
  const auto better = [&](const Finding& a, const Finding& b) {
    if (rank_of(run, a) != rank_of(run, b)) return rank_of(run, a) < rank_of(run, b);
    return a.gain.number.value_or(1) > b.gain.number.value_or(1);
  };
  const auto best = std::min_element(causes.begin(), causes.end(), better);
  if (best == causes.end()) return std::nullopt;
  return *best;
}

bool machine_was_busy(const Run& run) {
  const auto waiting = waiting_share(run);
  return run.role == "workload" && waiting.known() && *waiting.number > kBusy;
}

std::string unknown_bound(const Report& report, const Run& run) {
  const auto share = value_or_missing(run.values, "roof.share", "%");
  const auto below = share.known() ? "below its roofs" : "no roof to compare it with";
  if (machine_was_busy(run))
    return fmt::format("{}, and its threads waited for cores: measure again on a quiet machine", below);
  const auto instructions = value_or_missing(run.values, "instructions", "1");
  if (instructions.known()) return fmt::format("{}, and no counter stands out", below);
  const auto& why = instructions.detail.empty() ? report.machine.pmu : instructions.detail;
  return fmt::format(
      "{}; what else it is (instructions, latency, branches) hardware counters would tell, which are missing "
      "here{}{}",
      below, why.empty() ? "" : ": ", why);
}

std::string_view meaning_of_bound(std::string_view bound) {
  if (bound == "its code")
    return "a faster rung has the same threads and instruction set, so no unit of the machine is the limit";
  if (bound == "vector width")
    return "a rung with wider instructions does the same on as many threads faster";
  return {};
}

}  // namespace hpct
