// SPDX-License-Identifier: Apache-2.0
#include "analyzer/issue_slots.h"

#include <fmt/format.h>

#include "analyzer/metric.h"
#include "analyzer/roofline.h"
#include "analyzer/trust.h"
#include "reports/unit.h"

namespace hpct {

std::vector<Finding> slot_findings(const SlotUse& use, const Run& run) {
  const auto share = value_or_missing(run.values, use.metric, "%");
  if (!share.known() || *share.number < use.limit || *share.number > 1 || !distrust(share).empty()) return {};
  const auto roof = value_or_missing(run.values, "roof.share", "%");
  if (roof.known() && *roof.number >= kNearRoof) return {};
  auto finding = start_finding(use.id, Severity::advice, run);
  finding.bound = use.bound;
  finding.claim = fmt::format("{} of its issue slots {}", format_value(share), use.claim);
  finding.evidence = {{std::string(use.metric), share}, {"IPC", value_or_missing(run.values, "ipc", "1")}};
  if (roof.known()) finding.evidence.push_back({"share of the roof", roof});
  if (use.metric != "topdown.retiring" && *share.number < 1)
    finding.gain = derive("1", fmt::format("1 / (1 - {})", use.metric), {&share},
                          [&] { return 1 / (1 - *share.number); });
  finding.advice = use.advice;
  return {finding};
}

}  // namespace hpct
