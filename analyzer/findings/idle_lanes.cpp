// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/finding.h"
#include "analyzer/metric.h"

namespace hpct::findings {
namespace {

/// With more lanes than this at work, refilling them costs more than it brings.
constexpr double kGoodUse = 0.8;

std::vector<Finding> check(const Report&, const Run& run) {
  const auto use = value_or_missing(run.values, "vector.utilisation", "%");
  if (!use.known() || *use.number >= kGoodUse || *use.number <= 0) return {};
  auto finding = start_finding("idle_lanes", Severity::advice, run);
  finding.bound = "idle lanes";
  finding.claim = fmt::format("{:.0f} % of the vector lanes wait for the slowest lane of their vector",
                              100 * (1 - *use.number));
  finding.gain = Value::of(1 / *use.number, "1", Provenance::modelled, "1 / vector.utilisation");
  finding.evidence = {{"vector utilisation", use}};
  finding.advice =
      "Bring elements that need equally many steps together (sort, bin), or give a lane that is done the "
      "next "
      "element at once.";
  return {finding};
}

}  // namespace

extern const FindingInfo idle_lanes;
const FindingInfo idle_lanes{"idle_lanes", "Vector lanes wait for the slowest of their vector", check};

}  // namespace hpct::findings
