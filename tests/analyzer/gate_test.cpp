// SPDX-License-Identifier: Apache-2.0
#include "analyzer/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/analyzer/sample_report.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

struct Timed {
  std::string variant;
  double seconds;
  int count = 10;
};

Report report_of(const std::vector<Timed>& runs) {
  auto report = sample::report();
  report.runs.clear();
  for (const auto& [variant, seconds, count] : runs) {
    auto run = sample::onebrc(variant, "avx2", 2, seconds);
    sample::set_time(run, seconds, count);
    report.runs.push_back(run);
  }
  return report;
}

GateDecision decided(const Report& base, const Report& candidate) {
  return decide(compare(analyze(base), analyze(candidate), {}));
}

TEST(Gate, equal_times_pass) {
  const auto decision = decided(report_of({{"a", 1}}), report_of({{"a", 1}}));
  EXPECT_EQ(decision.verdict, Verdict::unchanged);
  EXPECT_EQ(exit_code(decision), 0);
}

TEST(Gate, an_improvement_passes) {
  EXPECT_EQ(exit_code(decided(report_of({{"a", 1}}), report_of({{"a", 0.5}}))), 0);
}

TEST(Gate, a_slowdown_fails_and_names_the_run) {
  const auto decision = decided(report_of({{"a", 1}}), report_of({{"a", 1.2}}));
  EXPECT_EQ(exit_code(decision), 1);
  ASSERT_EQ(decision.results.size(), 1U);
  EXPECT_EQ(decision.results[0].rule, "slowdown");
  EXPECT_EQ(decision.results[0].subject, "1brc/a time.wall");
  EXPECT_THAT(decision.results[0].message, HasSubstr("20.0 % slower"));
}

TEST(Gate, a_slowdown_names_the_region_that_added_most_of_the_time) {
  auto base = report_of({{"a", 1}});
  base.runs[0].regions = {sample::region_of("read", {0.4, 0.4}), sample::region_of("parse", {0.4, 0.4})};
  auto candidate = report_of({{"a", 1.2}});
  candidate.runs[0].regions = {sample::region_of("read", {0.45, 0.45}),
                               sample::region_of("parse", {0.55, 0.55})};
  EXPECT_THAT(decided(base, candidate).results[0].message, HasSubstr("most of it in parse"));
}

TEST(Gate, too_few_repetitions_are_undecided_and_never_a_pass) {
  const auto decision = decided(report_of({{"a", 1, 2}}), report_of({{"a", 1, 2}}));
  EXPECT_EQ(decision.results.at(0).rule, "undecided");
  EXPECT_EQ(exit_code(decision), 3);
}

TEST(Gate, another_machine_is_not_comparable) {
  auto other = report_of({{"a", 1}});
  other.machine.cpu.model = "Other CPU";
  const auto decision = decided(report_of({{"a", 1}}), other);
  EXPECT_EQ(decision.results.at(0).rule, "not_comparable");
  EXPECT_EQ(exit_code(decision), 4);
}

TEST(Gate, a_lost_run_is_reported_once_and_by_its_own_rule) {
  const auto decision = decided(report_of({{"a", 1}, {"b", 1}}), report_of({{"a", 1}}));
  ASSERT_EQ(decision.results.size(), 2U);
  EXPECT_EQ(decision.results[0].rule, "missing_run");
  EXPECT_EQ(exit_code(decision), 4);
}

TEST(Gate, a_new_run_is_no_reason_to_fail) {
  EXPECT_EQ(exit_code(decided(report_of({{"a", 1}}), report_of({{"a", 1}, {"b", 1}}))), 0);
}

TEST(Gate, results_stand_worst_first) {
  const auto decision = decided(report_of({{"a", 1}, {"b", 1}, {"c", 1, 2}, {"d", 1}}),
                                report_of({{"a", 1}, {"b", 1.2}, {"c", 1, 2}}));
  std::vector<Verdict> verdicts;
  for (const auto& result : decision.results) verdicts.push_back(result.verdict);
  EXPECT_THAT(verdicts, ::testing::ElementsAre(Verdict::not_comparable, Verdict::regressed,
                                               Verdict::undecided, Verdict::unchanged));
}

TEST(Gate, nothing_compared_is_not_a_pass) { EXPECT_EQ(exit_code(decided(report_of({}), report_of({}))), 4); }

TEST(Gate, agrees_with_the_comparison) {
  const auto base = analyze(report_of({{"a", 1}, {"b", 1}, {"c", 1, 2}}));
  for (const double change : {0.8, 1.0, 1.02, 1.2}) {
    const auto comparison = compare(base, analyze(report_of({{"a", change}, {"b", 1}, {"c", 1}})), {});
    EXPECT_EQ(decide(comparison).verdict, comparison.overall) << change;
  }
}

}  // namespace
}  // namespace hpct
