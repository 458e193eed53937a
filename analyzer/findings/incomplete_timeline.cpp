// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/finding.h"

namespace hpct::findings {
namespace {

Value count(std::int64_t number) { return Value::of(static_cast<double>(number), "1", Provenance::counted); }

std::vector<Finding> check(const Report& /*report*/, const Run& run) {
  if (!run.timeline || run.timeline->dropped <= 0) return {};
  const auto [file, events, dropped] = *run.timeline;
  auto finding = start_finding("incomplete_timeline", Severity::warning, run);
  finding.claim = fmt::format("its timeline lacks {} of {} events: gaps in it are not idle time", dropped,
                              events + dropped);
  finding.evidence = {{"events kept", count(events)}, {"events dropped", count(dropped)}};
  finding.advice =
      "Open regions less often (around the loop instead of inside it), or measure a smaller input.";
  return {finding};
}

}  // namespace

extern const FindingInfo incomplete_timeline;
const FindingInfo incomplete_timeline{"incomplete_timeline", "The timeline lost events", check};

}  // namespace hpct::findings
