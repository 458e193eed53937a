// SPDX-License-Identifier: Apache-2.0
#include "analyzer/certified.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/analysis.h"
#include "tests/analyzer/sample_report.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

CertificateEntry entry(const char* counter, double measured, bool ok) {
  return {.counter = counter,
          .event = "EVENT",
          .kernel = "512 bit multiply-add",
          .expected = 100,
          .measured = measured,
          .tolerance = 0.02,
          .ok = ok};
}

const Value kCount = Value::of(5, "1", Provenance::measured);

TEST(Certified, a_counter_that_was_right_everywhere_may_decide_a_gate) {
  Report report;
  report.certificate = {entry("cycles", 100, true), entry("cycles", 101, true)};
  EXPECT_EQ(certification_of(report, "cycles"), Certification::certified);
  EXPECT_EQ(why_not_for_a_gate(report, "cycles", kCount), "");
}

TEST(Certified, one_wrong_kernel_is_enough_to_refute) {
  Report report;
  report.certificate = {entry("cycles", 100, true), entry("cycles", 200, false)};
  EXPECT_EQ(certification_of(report, "cycles"), Certification::refuted);
  EXPECT_THAT(why_not_for_a_gate(report, "cycles", kCount), HasSubstr("miscounts"));
}

TEST(Certified, a_counter_that_nobody_tried_must_not_decide_a_gate) {
  EXPECT_THAT(why_not_for_a_gate({}, "cycles", kCount), HasSubstr("doctor --certify"));
}

TEST(Certified, neither_must_one_that_was_counted_for_half_of_the_time) {
  Report report;
  report.certificate = {entry("cycles", 100, true)};
  auto scaled = Value::of(5, "1", Provenance::scaled);
  scaled.running_share = 0.5;
  EXPECT_THAT(why_not_for_a_gate(report, "cycles", scaled), HasSubstr("50 % of the time"));
  scaled.running_share = 0.95;
  EXPECT_EQ(why_not_for_a_gate(report, "cycles", scaled), "");
}

TEST(Certified, a_refuted_counter_is_a_finding_once_per_report) {
  auto report = sample::report();
  report.certificate = {entry("flops.dp", 200, false), entry("cycles", 100, true)};
  const auto analysis = analyze(report);
  int found = 0;
  for (const auto& finding : analysis.findings)
    if (finding.id == "uncertified") {
      ++found;
      EXPECT_THAT(finding.claim, HasSubstr("flops.dp is 2.00 times the truth on 512 bit multiply-add"));
    }
  EXPECT_EQ(found, 1);
}

TEST(Power, is_energy_over_time) {
  auto report = sample::report();
  report.runs.resize(1);
  report.runs[0].values["energy.package"] = Value::of(500, "J", Provenance::measured);
  const auto analysis = analyze(report);
  EXPECT_NEAR(*analysis.report.runs[0].values.at("power").number, 50, 0.1);
  EXPECT_EQ(analysis.report.runs[0].values.at("power").unit, "W");
}

}  // namespace
}  // namespace hpct
