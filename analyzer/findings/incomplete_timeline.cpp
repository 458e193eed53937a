// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>

#include "analyzer/finding.h"

namespace hpct::findings {
namespace {

Value count(std::int64_t number) { return Value::of(static_cast<double>(number), "1", Provenance::counted); }

Value seconds(std::int64_t nanoseconds) {
  return Value::of(static_cast<double>(nanoseconds) * 1e-9, "s", Provenance::measured);
}

/// When the timeline stops being whole: the first drop of any thread.
std::optional<std::int64_t> first_drop(const TimelineLink& link) {
  std::optional<std::int64_t> first;
  for (const auto& thread : link.threads)
    if (thread.first_drop_ns && (!first || *thread.first_drop_ns < *first)) first = thread.first_drop_ns;
  return first;
}

std::vector<Finding> check(const Report& /*report*/, const Run& run) {
  if (!run.timeline || run.timeline->dropped <= 0) return {};
  const auto& link = *run.timeline;
  auto finding = start_finding("incomplete_timeline", Severity::warning, run);
  finding.claim = fmt::format(
      "its timeline lacks {} of {} events: gaps in it are not idle time; times and "
      "calls by region are complete",
      link.dropped, link.events + link.dropped);
  finding.evidence = {{"events kept", count(link.events)}, {"events dropped", count(link.dropped)}};
  if (const auto drop = first_drop(link)) finding.evidence.push_back({"first drop at", seconds(*drop)});
  finding.advice = fmt::format(
      "Give it room (--timeline-records {}), open regions less often (around the loop instead of inside it), "
      "or "
      "measure a smaller input.",
      link.events + link.dropped);
  return {finding};
}

}  // namespace

extern const FindingInfo incomplete_timeline;
const FindingInfo incomplete_timeline{"incomplete_timeline", "The timeline lost events", check};

}  // namespace hpct::findings
