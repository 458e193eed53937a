// SPDX-License-Identifier: Apache-2.0
#include "analyzer/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/analyzer/sample_report.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A report with one run of this time and scatter.
Report timed(double seconds, int count = 10, double spread = 0.01) {
  auto report = sample::report();
  auto run = sample::onebrc("avx2", "avx2", 2, seconds);
  sample::set_time(run, seconds, count, spread);
  report.runs = {run};
  return report;
}

Comparison compared(const Report& base, const Report& candidate, const CompareOptions& options = {}) {
  return compare(analyze(base), analyze(candidate), options);
}

ComparedRow first_row(const Report& base, const Report& candidate, const CompareOptions& options = {}) {
  return compared(base, candidate, options).rows.at(0);
}

const Difference* difference(const Comparison& comparison, const std::string& what) {
  const auto at = std::find_if(comparison.differences.begin(), comparison.differences.end(),
                               [&](const auto& item) { return item.what == what; });
  return at == comparison.differences.end() ? nullptr : &*at;
}

TEST(Compare, a_slowdown_beyond_threshold_and_interval_is_a_regression) {
  const auto row = first_row(timed(1), timed(1.1));
  EXPECT_EQ(row.verdict, Verdict::regressed);
  EXPECT_NEAR(*row.ratio.number, 1.1, 1e-9);
  EXPECT_GT(row.ratio.interval->low, 1);
}

/// A benchmark whose rounds take `ps` picoseconds each, many of them in a repetition.
Report benchmark(std::int64_t ps, std::int64_t rounds) {
  auto report = timed(1);
  auto& run = report.runs[0];
  run.role = "benchmark";
  run.variant.clear();
  run.regions.clear();
  run.repetitions.clear();
  for (std::int64_t i = 0; i < 10; ++i)
    run.repetitions.push_back(
        {.wall_ns = (ps + i) * rounds / 1000, .cpu_ns = 1, .disturbance = {}, .iterations = rounds});
  run.values = {{"time.wall", Value::of(static_cast<double>(ps) * 1e-12, "s", Provenance::measured)}};
  return report;
}

TEST(Compare, repetitions_of_many_iterations_count_by_iteration) {
  const auto row = first_row(benchmark(400, 1'000'000), benchmark(500, 8'000'000));
  EXPECT_NEAR(*row.ratio.number, 1.25, 0.01);
  EXPECT_EQ(row.verdict, Verdict::regressed);
}

TEST(Compare, a_benchmark_without_arguments_is_called_by_its_family_alone) {
  const auto comparison = compared(benchmark(400, 1000), benchmark(400, 1000));
  EXPECT_EQ(subject_of(comparison, comparison.rows[0]), "1brc");
}

TEST(Compare, a_failed_benchmark_is_no_wrong_result) {
  auto failed = benchmark(400, 1000);
  failed.runs[0].check = {.ok = false, .reference = "", .message = "no data"};
  EXPECT_EQ(first_row(failed, benchmark(400, 1000)).reason, "the benchmark failed in the base: no data");
}

TEST(Compare, a_speedup_is_an_improvement) {
  EXPECT_EQ(first_row(timed(1), timed(0.9)).verdict, Verdict::improved);
}

TEST(Compare, the_same_time_is_unchanged) {
  EXPECT_EQ(first_row(timed(1), timed(1.001)).verdict, Verdict::unchanged);
}

TEST(Compare, a_real_change_below_the_threshold_is_unchanged) {
  EXPECT_EQ(first_row(timed(1), timed(1.03)).verdict, Verdict::unchanged);
}

TEST(Compare, a_counter_that_was_off_for_a_tenth_of_the_time_decides_nothing) {
  for (const double share : {0.89, 0.91}) {
    auto candidate = timed(1.1);
    auto& value = candidate.runs[0].values["time.wall"];
    value.running_share = share;
    const auto row = first_row(timed(1), candidate);
    EXPECT_EQ(row.verdict, share < 0.9 ? Verdict::not_comparable : Verdict::regressed) << share;
  }
}

TEST(Compare, the_threshold_is_the_users) {
  EXPECT_EQ(first_row(timed(1), timed(1.03), {.threshold = 0.015}).verdict, Verdict::regressed);
}

TEST(Compare, scatter_wider_than_the_threshold_is_undecided_and_asks_for_more_repetitions) {
  const auto row = first_row(timed(1, 10, 0.2), timed(1.02, 10, 0.2));
  EXPECT_EQ(row.verdict, Verdict::undecided);
  EXPECT_THAT(row.reason, HasSubstr("repetitions per side may decide it, there are 10"));
}

TEST(Compare, a_change_right_at_the_threshold_will_not_be_decided_by_repeating) {
  const auto row = first_row(timed(1, 10, 0.05), timed(1.05, 10, 0.05), {.threshold = 0.0501});
  EXPECT_EQ(row.verdict, Verdict::undecided);
  EXPECT_THAT(row.reason, HasSubstr("hardly"));
}

TEST(Compare, a_report_compared_with_itself_is_unchanged_however_much_it_scatters) {
  const auto row = first_row(timed(1, 10, 0.5), timed(1, 10, 0.5));
  EXPECT_EQ(row.verdict, Verdict::unchanged);
  EXPECT_EQ(row.ratio.interval, (Interval{1, 1}));
}

TEST(Compare, too_few_repetitions_are_undecided_however_clear_the_ratio) {
  const auto row = first_row(timed(1, 3), timed(2, 10));
  EXPECT_EQ(row.verdict, Verdict::undecided);
  EXPECT_THAT(row.reason, HasSubstr("there are 3 and 10"));
  EXPECT_NEAR(*row.ratio.number, 2, 1e-9);
  EXPECT_FALSE(row.ratio.interval);
}

TEST(Compare, regions_are_compared_by_path) {
  auto base = timed(1);
  base.runs[0].regions = {sample::region_of("parse", {0.5, 0.5})};
  auto candidate = timed(1.1);
  candidate.runs[0].regions = {sample::region_of("parse", {0.6, 0.6})};
  const auto row = compared(base, candidate).rows.at(1);
  EXPECT_EQ(row.region, "parse");
  EXPECT_EQ(row.verdict, Verdict::regressed);
  EXPECT_NEAR(*row.ratio.number, 1.2, 1e-6);
}

TEST(Compare, a_region_on_one_side_only_is_not_comparable) {
  auto candidate = timed(1);
  candidate.runs[0].regions = {sample::region_of("new", {0.5, 0.5})};
  const auto row = compared(timed(1), candidate).rows.at(1);
  EXPECT_EQ(row.verdict, Verdict::not_comparable);
  EXPECT_FALSE(row.in_base);
  EXPECT_FALSE(row.base.known());
}

TEST(Compare, another_cpu_forbids_comparing_unless_the_user_insists) {
  auto other = timed(1);
  other.machine.cpu.model = "Other CPU";
  EXPECT_EQ(first_row(timed(1), other).verdict, Verdict::not_comparable);
  EXPECT_THAT(first_row(timed(1), other).reason, HasSubstr("CPU model differs"));
  EXPECT_EQ(first_row(timed(1), other, {.ignore_differences = true}).verdict, Verdict::unchanged);
}

TEST(Compare, a_blocked_row_still_shows_both_times) {
  auto other = timed(1);
  other.machine.cpu.usable = 1;
  const auto row = first_row(timed(1), other);
  EXPECT_TRUE(row.base.known());
  EXPECT_TRUE(row.candidate.known());
  EXPECT_FALSE(row.ratio.known());
}

/// The sample's first run, whose regions read the time as `clock` says.
Report with_clock(const std::string& clock) {
  auto report = sample::report();
  report.runs = {sample::onebrc("avx2", "avx2", 2, 0.05)};
  report.runs[0].instrumentation =
      Instrumentation{.clock = clock, .pair_ns = 15, .regions = 4, .share = 0, .drift = {}};
  return report;
}

Verdict verdict_of_clocks(const std::string& base, const std::string& candidate) {
  return compared(with_clock(base), with_clock(candidate)).overall;
}

TEST(Compare, fenced_and_unfenced_runs_are_not_comparable) {
  EXPECT_EQ(verdict_of_clocks("tsc 2600.0 MHz", "tsc_fenced 2600.0 MHz"), Verdict::not_comparable);
  EXPECT_EQ(verdict_of_clocks("tsc_fenced 2600.0 MHz", "tsc_fenced 2600.1 MHz"), Verdict::unchanged);
}

TEST(Compare, runs_with_unlike_clocks_are_compared) {
  EXPECT_EQ(verdict_of_clocks("tsc 2600.0 MHz", "clock_gettime"), Verdict::unchanged);
}

TEST(Compare, a_changed_parameter_is_named_and_not_reported_as_a_lost_run) {
  auto other = timed(1);
  other.runs[0].parameters["rows"] = std::int64_t{1000};
  const auto comparison = compared(timed(1), other);
  ASSERT_EQ(comparison.rows.size(), 1U);
  EXPECT_EQ(comparison.rows[0].verdict, Verdict::not_comparable);
  const auto* rows = difference(comparison, "1brc/avx2 parameter rows");
  ASSERT_NE(rows, nullptr);
  EXPECT_TRUE(rows->blocks);
  EXPECT_EQ(rows->base, "100000000");
  EXPECT_EQ(rows->candidate, "1000");
}

TEST(Compare, another_instruction_set_forbids_comparing) {
  auto other = timed(1);
  other.runs[0].isa = "avx512";
  EXPECT_EQ(first_row(timed(1), other).verdict, Verdict::not_comparable);
}

TEST(Compare, runs_of_a_thread_sweep_find_their_own_counterpart) {
  auto base = timed(1);
  base.runs.push_back(base.runs[0]);
  base.runs[1].threads = 1;
  sample::set_time(base.runs[1], 2);
  auto candidate = base;
  std::swap(candidate.runs[0], candidate.runs[1]);
  const auto comparison = compared(base, candidate);
  ASSERT_EQ(comparison.rows.size(), 2U);
  EXPECT_EQ(comparison.overall, Verdict::unchanged);
  EXPECT_EQ(subject_of(comparison, comparison.rows[1]), "1brc/avx2 on 1 thread");
}

TEST(Compare, another_kernel_or_commit_is_told_and_forbids_nothing) {
  auto other = timed(1);
  other.machine.kernel = "6.2.0";
  other.tool.commit = "def";
  const auto comparison = compared(timed(1), other);
  ASSERT_NE(difference(comparison, "kernel"), nullptr);
  EXPECT_FALSE(difference(comparison, "kernel")->blocks);
  EXPECT_NE(difference(comparison, "tool commit"), nullptr);
  EXPECT_EQ(comparison.overall, Verdict::unchanged);
}

TEST(Compare, what_forbids_comparing_is_listed_first) {
  auto other = timed(1);
  other.machine.cpu.usable = 1;
  other.machine.kernel = "6.2.0";
  EXPECT_TRUE(compared(timed(1), other).differences.at(0).blocks);
}

TEST(Compare, equal_reports_have_no_differences) {
  EXPECT_THAT(compared(timed(1), timed(1)).differences, IsEmpty());
}

TEST(Compare, a_bare_fingerprint_is_only_told_when_nothing_else_explains_it) {
  auto other = timed(1);
  other.machine.fingerprint = "x";
  EXPECT_NE(difference(compared(timed(1), other), "machine fingerprint"), nullptr);
  other.machine.kernel = "6.2.0";
  EXPECT_EQ(difference(compared(timed(1), other), "machine fingerprint"), nullptr);
}

TEST(Compare, a_wrong_result_has_no_time) {
  auto wrong = timed(0.5);
  wrong.runs[0].check = {.ok = false, .reference = "r", .message = "station 3 is off"};
  const auto row = first_row(timed(1), wrong, {.ignore_differences = true});
  EXPECT_EQ(row.verdict, Verdict::not_comparable);
  EXPECT_THAT(row.reason, HasSubstr("station 3 is off"));
}

TEST(Compare, a_users_program_is_checked_by_its_exit_status) {
  auto base = timed(1);
  base.runs[0].role = "program";
  base.runs[0].check.ok = false;
  auto failed = base;
  failed.runs[0].exit_status = 3;
  EXPECT_EQ(first_row(base, base).verdict, Verdict::unchanged);
  EXPECT_EQ(first_row(base, failed).verdict, Verdict::not_comparable);
}

TEST(Compare, times_of_different_provenance_are_never_compared) {
  auto other = timed(1);
  other.runs[0].values["time.wall"].provenance = Provenance::simulated;
  const auto row = first_row(timed(1), other, {.ignore_differences = true});
  EXPECT_EQ(row.verdict, Verdict::not_comparable);
  EXPECT_THAT(row.reason, HasSubstr("measured, the other simulated"));
}

TEST(Compare, a_lost_run_makes_the_whole_comparison_not_comparable) {
  auto base = timed(1);
  base.runs.push_back(sample::onebrc("naive", "baseline", 1, 10));
  const auto comparison = compared(base, timed(1));
  EXPECT_EQ(comparison.rows.at(1).verdict, Verdict::not_comparable);
  EXPECT_FALSE(comparison.rows.at(1).in_candidate);
  EXPECT_EQ(comparison.overall, Verdict::not_comparable);
}

TEST(Compare, a_new_run_does_not_spoil_the_verdict) {
  auto candidate = timed(1);
  candidate.runs.push_back(sample::onebrc("naive", "baseline", 1, 10));
  const auto comparison = compared(timed(1), candidate);
  EXPECT_FALSE(comparison.rows.at(1).in_base);
  EXPECT_EQ(comparison.overall, Verdict::unchanged);
}

TEST(Compare, reports_without_a_common_run_are_not_comparable) {
  auto empty = timed(1);
  empty.runs.clear();
  EXPECT_EQ(compared(empty, timed(1)).overall, Verdict::not_comparable);
}

TEST(Compare, the_worst_run_is_the_verdict_of_the_whole) {
  auto base = timed(1);
  base.runs.push_back(sample::onebrc("naive", "baseline", 1, 10));
  auto candidate = timed(0.5);
  candidate.runs.push_back(sample::onebrc("naive", "baseline", 1, 12));
  EXPECT_EQ(compared(base, candidate).overall, Verdict::regressed);
}

TEST(Compare, swapping_the_reports_mirrors_the_verdict) {
  EXPECT_EQ(first_row(timed(1), timed(1.2)).verdict, Verdict::regressed);
  EXPECT_EQ(first_row(timed(1.2), timed(1)).verdict, Verdict::improved);
}

TEST(Compare, ceiling_runs_are_left_out) {
  auto report = timed(1);
  report.runs[0].role = "ceiling";
  EXPECT_THAT(compared(report, report).rows, IsEmpty());
}

}  // namespace
}  // namespace hpct
