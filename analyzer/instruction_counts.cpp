// SPDX-License-Identifier: Apache-2.0
#include "analyzer/instruction_counts.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/metric.h"
#include "analyzer/run_pairs.h"
#include "reports/unit.h"

namespace hpct {
namespace {

std::string parameters_of(const Simulation& simulation) {
  std::string text;
  for (const auto& [name, value] : simulation.parameters)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, to_text(value));
  return text;
}

std::string differs(std::string_view what, const std::string& base, const std::string& candidate) {
  if (base == candidate) return {};
  return fmt::format("simulated {} differs: {} and {}", what, base.empty() ? "none" : base,
                     candidate.empty() ? "none" : candidate);
}

Verdict verdict_of(double ratio, double threshold) {
  if (ratio > 1 + threshold) return Verdict::regressed;
  if (ratio < 1 - threshold) return Verdict::improved;
  return Verdict::unchanged;
}

ComparedRow row_of(const Run& run, const std::string& region, const ValueMap& base, const ValueMap& candidate,
                   const CompareOptions& options) {
  ComparedRow row;
  row.workload = run.workload;
  row.variant = run.variant;
  row.threads = run.threads;
  row.region = region;
  row.metric = kSimulatedCount;
  row.base = value_or_missing(base, kSimulatedCount, "1");
  row.candidate = value_or_missing(candidate, kSimulatedCount, "1");
  row.ratio = derive("1", "candidate / base", {&row.base, &row.candidate},
                     [&] { return *row.candidate.number / *row.base.number; });
  if (row.ratio.known()) {
    row.verdict = verdict_of(*row.ratio.number, options.count_threshold);
    return row;
  }
  row.verdict = Verdict::not_comparable;
  row.reason = fmt::format("no simulated count in the candidate: {}", row.candidate.detail);
  return row;
}

void refuse(ComparedRow& row, const std::string& reason) {
  row.verdict = Verdict::not_comparable;
  row.ratio = Value::missing("1", MissingReason::undefined, reason);
  row.reason = reason;
}

const Region* find(const Run& run, const std::string& path) {
  const auto at = std::find_if(run.regions.begin(), run.regions.end(),
                               [&](const Region& region) { return region.path == path; });
  return at == run.regions.end() ? nullptr : &*at;
}

}  // namespace

std::string simulated_count_text(const Value& value) {
  return value.known() ? format_quantity(*value.number, "") : "";
}

std::string simulation_difference(const Run& base, const Run& candidate) {
  if (!base.simulation || !candidate.simulation) return {};
  const auto& a = *base.simulation;
  const auto& b = *candidate.simulation;
  for (auto reason : {differs("tool", a.tool, b.tool), differs("environment", a.environment, b.environment),
                      differs("instruction set", a.isa, b.isa),
                      differs("threads", fmt::format("{}", a.threads), fmt::format("{}", b.threads)),
                      differs("size", parameters_of(a), parameters_of(b))})
    if (!reason.empty()) return reason;
  return {};
}

std::vector<ComparedRow> compare_counts(const Run& base, const Run& candidate,
                                        const CompareOptions& options) {
  if (!value_or_missing(base.values, kSimulatedCount, "1").known()) return {};
  std::vector<ComparedRow> rows{row_of(base, "", base.values, candidate.values, options)};
  for (const auto& region : base.regions) {
    const auto* const other = find(candidate, region.path);
    const auto known = [](const Region* side) {
      return side != nullptr && value_or_missing(side->values, kSimulatedCount, "1").number.value_or(0) > 0;
    };
    if (known(&region) && known(other))
      rows.push_back(row_of(base, region.path, region.values, other->values, options));
  }
  const auto reason = simulation_difference(base, candidate);
  if (!reason.empty())
    for (auto& row : rows) refuse(row, reason);
  return rows;
}

}  // namespace hpct
