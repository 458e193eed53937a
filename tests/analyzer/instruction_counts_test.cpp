// SPDX-License-Identifier: Apache-2.0
#include "analyzer/instruction_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/comparison_text.h"
#include "analyzer/gate.h"
#include "tests/analyzer/sample_report.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Value simulated(double count) { return Value::of(count, "1", Provenance::simulated); }

/// One run that was counted: `total` instructions, `inner` of them in its region.
Report counted(double total, double inner) {
  auto report = sample::report();
  auto run = sample::mandelbrot("dynamic", "avx2", 2, 0.03, {0.03, 0.03});
  run.values["ir_sim"] = simulated(total);
  run.regions[0].values["ir_sim"] = simulated(inner);
  run.simulation = Simulation{.tool = "valgrind-3.19.0 callgrind",
                              .path = "/usr/bin/valgrind",
                              .environment = "0123456789abcdef",
                              .isa = "avx2",
                              .threads = 1,
                              .parameters = {{"width", std::int64_t{160}}},
                              .seconds = 1};
  report.runs = {run};
  return report;
}

ComparedRow count_row(const Report& base, const Report& candidate) {
  const auto comparison = compare(analyze(base), analyze(candidate), {});
  for (const auto& row : comparison.rows)
    if (row.metric == "ir_sim" && row.region.empty()) return row;
  ADD_FAILURE() << "no row for the count";
  return {};
}

TEST(InstructionCounts, half_a_percent_more_is_a_regression_and_less_is_none) {
  EXPECT_EQ(count_row(counted(1000, 900), counted(1006, 906)).verdict, Verdict::regressed);
  EXPECT_EQ(count_row(counted(1000, 900), counted(1004, 904)).verdict, Verdict::unchanged);
  EXPECT_EQ(count_row(counted(1000, 900), counted(990, 890)).verdict, Verdict::improved);
}

TEST(InstructionCounts, a_regression_fails_the_gate_where_the_time_is_unchanged) {
  const auto comparison = compare(analyze(counted(1000, 900)), analyze(counted(1020, 920)), {});
  const auto decision = decide(comparison);
  EXPECT_EQ(exit_code(decision), 1);
  EXPECT_THAT(decision.results.front().message, HasSubstr("2 % more instructions"));
  EXPECT_THAT(decision.results.front().message, HasSubstr("most of it in rows"));
}

TEST(InstructionCounts, another_environment_is_refused) {
  auto other = counted(1000, 900);
  other.runs[0].simulation->environment = "fedcba9876543210";
  const auto row = count_row(counted(1000, 900), other);
  EXPECT_EQ(row.verdict, Verdict::not_comparable);
  EXPECT_THAT(row.reason, HasSubstr("environment"));
}

TEST(InstructionCounts, another_version_of_the_simulator_is_refused) {
  auto other = counted(1000, 900);
  other.runs[0].simulation->tool = "valgrind-3.22.0 callgrind";
  EXPECT_EQ(count_row(counted(1000, 900), other).verdict, Verdict::not_comparable);
}

TEST(InstructionCounts, another_reduced_size_is_refused) {
  auto other = counted(1000, 900);
  other.runs[0].simulation->parameters["width"] = std::int64_t{64};
  EXPECT_THAT(count_row(counted(1000, 900), other).reason, HasSubstr("width=160 and width=64"));
}

TEST(InstructionCounts, where_the_simulator_lies_and_how_long_it_took_do_not_matter) {
  auto other = counted(1000, 900);
  other.runs[0].simulation->path = "/opt/bin/valgrind";
  other.runs[0].simulation->seconds = 20;
  EXPECT_EQ(count_row(counted(1000, 900), other).verdict, Verdict::unchanged);
}

TEST(InstructionCounts, another_machine_forbids_comparing_times_and_not_counts) {
  auto other = counted(1000, 900);
  other.machine.cpu.model = "Another CPU";
  EXPECT_EQ(count_row(counted(1000, 900), other).verdict, Verdict::unchanged);
}

TEST(InstructionCounts, a_count_that_the_candidate_lost_is_refused_with_its_reason) {
  auto other = counted(1000, 900);
  other.runs[0].simulation.reset();
  other.runs[0].values["ir_sim"] = Value::missing("1", MissingReason::not_found, "valgrind is not installed");
  EXPECT_THAT(count_row(counted(1000, 900), other).reason, HasSubstr("valgrind is not installed"));
}

TEST(InstructionCounts, a_base_without_counts_gets_no_rows) {
  auto base = counted(1000, 900);
  base.runs[0].values.erase("ir_sim");
  EXPECT_THAT(compare_counts(base.runs[0], counted(1000, 900).runs[0], {}), IsEmpty());
}

TEST(InstructionCounts, a_wrong_result_has_no_count) {
  auto wrong = counted(900, 800);
  wrong.runs[0].check.ok = false;
  EXPECT_EQ(count_row(counted(1000, 900), wrong).verdict, Verdict::not_comparable);
}

TEST(InstructionCounts, the_comparison_shows_them_under_the_time) {
  const auto comparison = compare(analyze(counted(2.5e7, 2e7)), analyze(counted(2.52e7, 2.02e7)), {});
  const auto text = comparison_text(comparison, {.width = 100, .colour = false});
  EXPECT_THAT(text, HasSubstr("instructions (simulated)   25.0 M     25.2 M  +0.80 %"));
  EXPECT_THAT(text, Not(HasSubstr("2 threads")));
}

}  // namespace
}  // namespace hpct
