// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/finding.h"
#include "analyzer/metric.h"
#include "analyzer/repetitions.h"
#include "analyzer/value_text.h"
#include "reports/unit.h"

namespace hpct::findings {
namespace {

/// Starting and joining threads, and the clock of CPU time, explain less.
constexpr double kBusy = 0.85;

std::vector<Finding> check(const Report& /*report*/, const Run& run) {
  if (run.role != "workload" || waited_for_cores(run)) return {};  // ready to run, but not let
  const auto use = value_or_missing(run.values, "cpu.utilisation", "%");
  if (!use.known() || *use.number <= 0 || *use.number >= kBusy) return {};
  auto finding = start_finding("idle_threads", Severity::advice, run);
  finding.bound = "waiting";
  finding.claim =
      fmt::format("its {} slept {:.0f} % of the time", threads_text(run.threads), 100 * (1 - *use.number));
  finding.gain = derive("1", "1 / cpu.utilisation", {&use}, [&] { return 1 / *use.number; });
  finding.evidence = {{"CPU utilisation", use},
                      {"switches of its own will", value_or_missing(run.values, "switches.voluntary", "1")},
                      {"faults that read from disk", value_or_missing(run.values, "faults.major", "1")}};
  finding.advice = run.threads > 1
                       ? "Look for parts that one thread does alone, for locks, and for reading from disk "
                         "(--view kernels shows time outside regions)."
                       : "Look for reading from disk and for sleeping: the core had nothing to do.";
  return {finding};
}

}  // namespace

extern const FindingInfo idle_threads;
const FindingInfo idle_threads{"idle_threads", "Threads sleep while the run goes on", check};

}  // namespace hpct::findings
