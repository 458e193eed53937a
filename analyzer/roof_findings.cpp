// SPDX-License-Identifier: Apache-2.0
#include "analyzer/roof_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analyzer/metric.h"
#include "analyzer/roofline.h"
#include "reports/unit.h"

namespace hpct {
namespace {

// A region with less of the time than this changes the run by a few per cent at best.
constexpr double kFairPart = 0.1;

double time_share(const ValueMap& values) {
  return value_or_missing(values, "time.share", "%").number.value_or(0);
}

/// Ratio of times when the part with this share of the run reaches its roof (Amdahl's law).
Value gain_of(const Value& roof_share, double part) {
  auto gain = derive("1", "1 / (1 - time.share * (1 - roof.share))", {&roof_share},
                     [&] { return 1 / (1 - part * (1 - std::min(1.0, *roof_share.number))); });
  return gain;
}

std::string claim_of(const RoofKind& kind, const Run& run, const BindingRoof& binding,
                     const ValueMap& values) {
  const auto share = format_value(binding.share);
  const auto top = format_value(binding.ceiling->value);
  const auto threads = fmt::format("{} thread{}", run.threads, run.threads == 1 ? "" : "s");
  if (kind.kind == "bandwidth")
    return fmt::format("it moves {}: {} of the {} that {} delivers to {}",
                       format_value(value_or_missing(values, "bytes.rate", "B/s")), share, top,
                       roof_name(*binding.ceiling), threads);
  return fmt::format("it computes {}: {} of the {} that {} reaches on {}",
                     format_value(value_or_missing(values, "flops.rate", "flop/s")), share, top,
                     roof_name(*binding.ceiling), threads);
}

std::optional<Finding> finding_of(const RoofKind& kind, const Report& report, const Run& run,
                                  const Region* region) {
  const auto& values = region == nullptr ? run.values : region->values;
  const auto binding = binding_roof(report, run, values, precision_of(run, region));
  if (binding.ceiling == nullptr || binding.ceiling->kind != kind.kind || !binding.share.known() ||
      *binding.share.number < kNearRoof)
    return std::nullopt;
  auto finding = start_finding(kind.id, Severity::advice, run, region);
  finding.bound = kind.bound;
  finding.claim = claim_of(kind, run, binding, values);
  finding.evidence = {{kind.kind == "bandwidth" ? "traffic" : "arithmetic",
                       value_or_missing(values, kind.kind == "bandwidth" ? "bytes.rate" : "flops.rate", "")},
                      {roof_name(*binding.ceiling) + " roof", binding.ceiling->value},
                      {"share of the roof", binding.share}};
  if (const auto intensity = value_or_missing(values, "intensity", "flop/B"); intensity.known())
    finding.evidence.push_back({"intensity", intensity});
  finding.gain = gain_of(binding.share, region == nullptr ? 1 : time_share(values));
  finding.advice = kind.advice(report, run, *binding.ceiling);
  return finding;
}

}  // namespace

std::vector<Finding> roof_findings(const RoofKind& kind, const Report& report, const Run& run) {
  std::vector<Finding> findings;
  if (auto whole = finding_of(kind, report, run, nullptr)) {
    findings.push_back(std::move(*whole));
    return findings;
  }
  for (const auto& region : run.regions)
    if (time_share(region.values) >= kFairPart)
      if (auto part = finding_of(kind, report, run, &region)) findings.push_back(std::move(*part));
  return findings;
}

}  // namespace hpct
