// SPDX-License-Identifier: Apache-2.0
#include "analyzer/analysis_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/report_io.h"
#include "tests/analyzer/sample_report.h"

namespace hpct {
namespace {

using nlohmann::json;

json analysis() { return json::parse(to_json(analyze(sample::report()))); }

TEST(AnalysisJson, contains_a_complete_report_with_its_metrics) {
  const auto report = parse_report(analysis().at("report").dump(), "embedded");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->runs.size(), sample::report().runs.size());
  EXPECT_TRUE(report->runs[0].values.contains("roof.share"));
}

TEST(AnalysisJson, a_missing_value_has_a_reason_and_no_number) {
  const auto point = analysis().at("roofline").at("undrawable").at(0);
  EXPECT_FALSE(point.at("flops.rate").contains("number"));
  EXPECT_EQ(point.at("flops.rate").at("reason"), "not_declared");
}

TEST(AnalysisJson, findings_carry_their_evidence) {
  const auto finding = analysis().at("findings").at(0);
  EXPECT_EQ(finding.at("id"), "imbalance");
  EXPECT_EQ(finding.at("evidence").at(0).at("label"), "thread 1");
  EXPECT_DOUBLE_EQ(finding.at("evidence").at(0).at("value").at("number"), 0.038);
}

TEST(AnalysisJson, rungs_carry_their_step_and_what_bounds_them) {
  const auto ladder = analysis().at("ladders").at(0);
  EXPECT_EQ(ladder.at("workload"), "1brc");
  const auto rungs = ladder.at("rungs");
  EXPECT_FALSE(rungs.at(0).contains("step"));
  EXPECT_NEAR(rungs.at(1).at("step"), 10, 1e-9);
  EXPECT_EQ(rungs.at(2).at("bound"), "memory");
  EXPECT_EQ(rungs.at(2).at("finding"), "memory_bound");
}

TEST(AnalysisJson, a_comparison_can_be_computed_again_from_its_seed) {
  const auto base = analyze(sample::report());
  const auto out = json::parse(to_json(compare(base, base, {.seed = 7})));
  EXPECT_EQ(out.at("seed"), 7);
  EXPECT_EQ(out.at("verdict"), "unchanged");
  EXPECT_TRUE(out.at("rows").at(0).at("ratio").contains("low"));
}

TEST(AnalysisJson, the_gates_verdict_is_a_name_with_its_exit_code) {
  auto other = sample::report();
  other.machine.cpu.model = "Other CPU";
  const auto comparison = compare(analyze(sample::report()), analyze(other), {});
  const auto out = json::parse(to_json(decide(comparison), comparison));
  EXPECT_EQ(out.at("verdict"), "not_comparable");
  EXPECT_EQ(out.at("exit_code"), 4);
  EXPECT_EQ(out.at("comparison").at("differences").at(0).at("blocks"), true);
}

}  // namespace
}  // namespace hpct
