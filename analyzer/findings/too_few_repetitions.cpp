// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/finding.h"

namespace hpct::findings {
namespace {

// Below this even the whole range of the times covers the median less often than 95 %.
constexpr std::size_t kFewest = 6;

std::vector<Finding> check(const Report& /*report*/, const Run& run) {
  const auto count = run.repetitions.size();
  if (count >= kFewest) return {};
  auto finding = start_finding("too_few_repetitions", Severity::info, run);
  finding.claim = fmt::format("{} repetition{} {} its time no interval: {} are needed", count,
                              count == 1 ? "" : "s", count == 1 ? "gives" : "give", kFewest);
  finding.evidence = {{"repetitions", Value::of(static_cast<double>(count), "1", Provenance::counted)}};
  finding.advice =
      run.role == "benchmark"
          ? "Run it with --benchmark_repetitions=10, and not with aggregates only."
          : "Measure it longer, or a smaller input more often, before you compare it with anything.";
  return {finding};
}

}  // namespace

extern const FindingInfo too_few_repetitions;
const FindingInfo too_few_repetitions{"too_few_repetitions", "Too few repetitions to know the median", check};

}  // namespace hpct::findings
