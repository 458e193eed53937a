// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/finding.h"
#include "analyzer/metric.h"
#include "reports/unit.h"

namespace hpct::findings {
namespace {

/// A region this much longer than what measuring it takes is wrong by 5 % at most.
constexpr double kTrustworthy = 20;

/// From this share of the time on measuring changes what is measured.
constexpr double kDisturbing = 0.05;

double mean_ns(const Region& region) {
  const auto total = value_or_missing(region.values, "time.total", "s").number;
  return total && region.calls > 0 ? *total * 1e9 / static_cast<double>(region.calls) : 0;
}

/// Regions that are too short to be believed, the one with most calls first.
std::vector<const Region*> too_short(const Run& run, double pair_ns) {
  std::vector<const Region*> regions;
  for (const auto& region : run.regions)
    if (region.calls > 0 && mean_ns(region) < kTrustworthy * pair_ns) regions.push_back(&region);
  std::stable_sort(regions.begin(), regions.end(),
                   [](const Region* a, const Region* b) { return a->calls > b->calls; });
  return regions;
}

Value measured_ns(double nanoseconds) { return Value::of(nanoseconds * 1e-9, "s", Provenance::measured); }

std::vector<Finding> check(const Report& /*report*/, const Run& run) {
  if (!run.instrumentation || run.instrumentation->pair_ns <= 0) return {};
  const auto& cost = *run.instrumentation;
  const auto regions = too_short(run, cost.pair_ns);
  if (regions.empty()) return {};
  const auto& worst = *regions.front();
  const bool disturbs = cost.share >= kDisturbing;
  auto finding = start_finding("short_regions", disturbs ? Severity::warning : Severity::info, run, &worst);
  const auto others = regions.size() == 1 ? "" : fmt::format(" (and {} more)", regions.size() - 1);
  finding.claim = fmt::format(
      "region {}{} lasts {} a call, and measuring it takes {}: its time is partly ours", worst.path, others,
      format_quantity(mean_ns(worst) * 1e-9, "s"), format_quantity(cost.pair_ns * 1e-9, "s"));
  finding.evidence = {
      {"mean of a call", measured_ns(mean_ns(worst))},
      {"one measurement", measured_ns(cost.pair_ns)},
      {"all of them", Value::of(cost.share, "%", Provenance::modelled, "regions * pair cost / time.wall")}};
  finding.advice =
      "Open regions around a loop instead of inside it; --fenced tells short ones apart at twice the cost.";
  return {finding};
}

}  // namespace

extern const FindingInfo short_regions;
const FindingInfo short_regions{"short_regions", "Regions are too short for what measuring them takes",
                                check};

}  // namespace hpct::findings
