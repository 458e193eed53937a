// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis.h"

#include <algorithm>

#include "analyzer/metric.h"

namespace hpct {
namespace {

void add_metrics_of(const Report& report, const Run& run, const Region* region, ValueMap& values) {
  for (const auto* metric : all_metrics())
    if (metric->needs.empty() || values.contains(metric->needs))
      values.insert_or_assign(std::string(metric->id), metric->compute({report, run, region, values}));
}

/// Warnings first, because they cast doubt on the rest; then the largest gain.
bool matters_more(const Finding& a, const Finding& b) {
  if (a.severity != b.severity) return a.severity > b.severity;
  return a.gain.number.value_or(0) > b.gain.number.value_or(0);
}

}  // namespace

std::vector<const MetricInfo*> metrics_in(const Report& report) {
  std::vector<const MetricInfo*> list;
  for (const auto* metric : all_metrics()) {
    const auto has = [&](const auto& part) { return part.values.contains(metric->id); };
    if (std::any_of(report.runs.begin(), report.runs.end(), [&](const Run& run) {
          return has(run) || std::any_of(run.regions.begin(), run.regions.end(), has);
        }))
      list.push_back(metric);
  }
  return list;
}

void add_metrics(Report& report) {
  for (auto& run : report.runs) {
    add_metrics_of(report, run, nullptr, run.values);
    for (auto& region : run.regions) add_metrics_of(report, run, &region, region.values);
  }
}

Analysis analyze(Report report) {
  Analysis analysis;
  add_metrics(report);
  analysis.report = std::move(report);
  analysis.roofline = roofline_of(analysis.report);
  for (const auto& run : analysis.report.runs) {
    if (run.role == "ceiling") continue;
    for (const auto* info : all_findings())
      for (auto& finding : info->check(analysis.report, run)) analysis.findings.push_back(std::move(finding));
  }
  std::stable_sort(analysis.findings.begin(), analysis.findings.end(), matters_more);
  return analysis;
}

Value value_or_missing(const ValueMap& values, std::string_view name, std::string_view unit) {
  const auto at = values.find(name);
  if (at != values.end()) return at->second;
  return Value::missing(std::string(unit), MissingReason::not_found,
                        "the report has no " + std::string(name));
}

}  // namespace hpct
