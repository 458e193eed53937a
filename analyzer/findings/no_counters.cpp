// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/finding.h"

namespace hpct::findings {
namespace {

// Every hardware source offers this one first: without it there are no others worth the name.
constexpr std::string_view kFirstCounter = "instructions";

const Value* missing_counter(const Run& run) {
  const auto at = run.values.find(kFirstCounter);
  return at == run.values.end() || at->second.known() ? nullptr : &at->second;
}

/// All runs of a report lack the counters for the same reason: the first one speaks for them.
bool first_without(const Report& report, const Run& run) {
  const auto first = std::find_if(report.runs.begin(), report.runs.end(), [](const Run& other) {
    return other.role != "ceiling" && missing_counter(other) != nullptr;
  });
  return first != report.runs.end() && &*first == &run;
}

std::string advice_for(MissingReason reason) {
  switch (reason) {
    case MissingReason::permission:
      return "Ask for kernel.perf_event_paranoid <= 2 (sysctl) or CAP_PERFMON; hpct-prof doctor shows the "
             "command.";
    case MissingReason::pmu_unknown:
      return "A newer PAPI or libpfm may know this CPU; hpct-prof doctor shows the versions in use.";
    default:
      return "Work (flops, bytes, items) comes from the workload's own formulas instead and is marked so. "
             "Counters "
             "need bare metal or a virtual machine with a virtual PMU; hpct-prof doctor tells more.";
  }
}

std::vector<Finding> check(const Report& report, const Run& run) {
  if (!first_without(report, run)) return {};
  const auto& counter = *missing_counter(run);
  auto finding = start_finding("no_counters", Severity::info, run);
  const auto& why = counter.detail.empty() ? report.machine.pmu : counter.detail;
  finding.claim = fmt::format("hardware counters are missing ({}){}{}", name_of(counter.reason),
                              why.empty() ? "" : ": ", why);
  finding.evidence = {{std::string(kFirstCounter), counter}};
  finding.advice = advice_for(counter.reason);
  return {finding};
}

}  // namespace

extern const FindingInfo no_counters;
const FindingInfo no_counters{"no_counters", "Hardware counters are missing, and why (once per report)",
                              check};

}  // namespace hpct::findings
