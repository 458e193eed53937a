// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/finding.h"
#include "reports/exit_status.h"

namespace hpct::findings {
namespace {

std::vector<Finding> check(const Report& /*report*/, const Run& run) {
  const bool program = run.role == "program";
  const int status = run.exit_status.value_or(0);
  if (program ? status == 0 : run.check.ok) return {};
  auto finding = start_finding("wrong_result", Severity::warning, run);
  const auto what = run.role == "benchmark" ? "the benchmark failed" : "its result is wrong";
  finding.claim = program
                      ? "the program failed: " + describe_exit(status)
                      : fmt::format("{}{}{}", what, run.check.message.empty() ? "" : ": ", run.check.message);
  finding.advice = "Its times mean nothing until this is repaired.";
  return {finding};
}

}  // namespace

extern const FindingInfo wrong_result;
const FindingInfo wrong_result{"wrong_result", "The run failed or its result is wrong", check};

}  // namespace hpct::findings
