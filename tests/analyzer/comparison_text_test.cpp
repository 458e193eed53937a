// SPDX-License-Identifier: Apache-2.0
#include "analyzer/comparison_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analyzer/sample_report.h"
#include "tests/golden_text.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

/// One run each: slower, faster, unchanged, too few, scattered, lost, and a new one.
Comparison mixed() {
  auto base = sample::report();
  auto candidate = base;
  candidate.created = "2026-01-03T03:04:05Z";
  candidate.tool.commit = "def5678";
  sample::set_time(candidate.runs[0], 11.2);
  sample::set_time(candidate.runs[1], 0.4);
  sample::set_time(candidate.runs[3], 0.4, 3);
  sample::set_time(candidate.runs[4], 0.0383, 10, 0.15);
  candidate.runs[6].values["time.wall"] = sample::measured(0.04, "s");
  sample::set_time(candidate.runs[6], 0.04);
  for (auto& region : candidate.runs[6].regions)
    if (region.path == "decode/mlp" || region.path == "decode")
      for (auto& sample : region.samples_ns) sample += 4'000'000;
  candidate.runs[6].regions[0].values["time.wall"] = sample::measured(0.04, "s");
  candidate.runs[6].regions[1].values["time.wall"] = sample::measured(0.024, "s");
  candidate.runs[5].variant = "guided";
  return compare(analyze(base), analyze(candidate), {});
}

TEST(ComparisonTextGolden, shows_changes_reasons_and_the_verdict) {
  expect_golden("comparison.txt", comparison_text(mixed(), {}));
}

TEST(ComparisonTextGolden, draws_the_intervals_on_a_wide_screen) {
  expect_golden("comparison_wide.txt", comparison_text(mixed(), {.width = 120}));
}

TEST(GateTextGolden, shows_one_line_per_result_and_the_verdict_last) {
  const auto comparison = mixed();
  expect_golden("gate.txt", gate_text(decide(comparison), comparison, {}));
}

TEST(GateTextGolden, passes_in_two_lines) {
  auto report = sample::report();
  report.runs.resize(1);
  const auto comparison = compare(analyze(report), analyze(report), {});
  expect_golden("gate_pass.txt", gate_text(decide(comparison), comparison, {}));
}

TEST(ComparisonText, marks_what_forbids_comparing) {
  auto other = sample::report();
  other.machine.cpu.model = "Other CPU";
  const auto text = comparison_text(compare(analyze(sample::report()), analyze(other), {}), {});
  EXPECT_THAT(text, HasSubstr("! CPU model: Example CPU 9000 -> Other CPU"));
  EXPECT_THAT(text, HasSubstr("not comparable"));
}

}  // namespace
}  // namespace hpct
