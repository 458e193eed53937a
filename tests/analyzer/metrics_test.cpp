// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/analysis.h"
#include "analyzer/metric.h"
#include "tests/analyzer/sample_report.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

/// A report with one run that took exactly 2 s on 2 threads.
Report one_run() {
  Report report;
  auto run = sample::run_of("w", "v", "avx512", 2, 2.0);
  run.item = "row";
  run.values["time.wall"] = sample::measured(2, "s");
  run.values["time.cpu"] = sample::measured(3, "s");
  report.runs = {run};
  return report;
}

Value metric(Report report, const std::string& id) {
  add_metrics(report);
  return report.runs.at(0).values.at(id);
}

Value region_metric(Report report, const std::string& id) {
  add_metrics(report);
  return report.runs.at(0).regions.at(0).values.at(id);
}

TEST(Metrics, throughput_is_items_over_time_in_the_workloads_own_unit) {
  auto report = one_run();
  report.runs[0].values["work.items"] = Value::of(10, "row", Provenance::counted);
  const auto value = metric(report, "throughput");
  EXPECT_DOUBLE_EQ(*value.number, 5);
  EXPECT_EQ(value.unit, "row/s");
}

TEST(Metrics, a_rate_takes_the_weakest_provenance_of_its_inputs) {
  auto report = one_run();
  report.runs[0].values["work.items"] = Value::of(10, "row", Provenance::counted);
  EXPECT_EQ(metric(report, "throughput").provenance, Provenance::counted);
  report.runs[0].values["work.items"].provenance = Provenance::modelled;
  EXPECT_EQ(metric(report, "throughput").provenance, Provenance::modelled);
}

TEST(Metrics, a_rates_interval_is_the_times_interval_upside_down) {
  auto report = one_run();
  report.runs[0].values["time.wall"].interval = Interval{1, 4};
  report.runs[0].values["work.flops"] = sample::modelled(8, "flop");
  const auto value = metric(report, "flops.rate");
  ASSERT_TRUE(value.interval);
  EXPECT_DOUBLE_EQ(value.interval->low, 2);
  EXPECT_DOUBLE_EQ(value.interval->high, 8);
}

TEST(Metrics, bytes_rate_adds_reads_and_writes) {
  auto report = one_run();
  sample::set_work(report.runs[0].values, 1, 6, 2);
  EXPECT_DOUBLE_EQ(*metric(report, "bytes.rate").number, 4);
}

TEST(Metrics, intensity_is_flops_per_byte) {
  auto report = one_run();
  sample::set_work(report.runs[0].values, 24, 6, 2);
  const auto value = metric(report, "intensity");
  EXPECT_DOUBLE_EQ(*value.number, 3);
  EXPECT_EQ(value.unit, "flop/B");
}

TEST(Metrics, intensity_without_bytes_is_undefined_and_not_infinite) {
  auto report = one_run();
  sample::set_work(report.runs[0].values, 24, 0, 0);
  EXPECT_EQ(metric(report, "intensity").reason, MissingReason::undefined);
}

TEST(Metrics, undeclared_work_is_missing_and_says_what_is_not_declared) {
  const auto value = metric(one_run(), "flops.rate");
  EXPECT_FALSE(value.known());
  EXPECT_EQ(value.reason, MissingReason::not_declared);
  EXPECT_THAT(value.detail, HasSubstr("work.flops"));
}

TEST(Metrics, cpu_utilisation_counts_all_threads) {
  EXPECT_DOUBLE_EQ(*metric(one_run(), "cpu.utilisation").number, 0.75);
}

TEST(Metrics, a_region_has_no_cpu_utilisation) {
  auto report = one_run();
  report.runs[0].regions = {sample::region_of("r", {1.0, 1.0})};
  EXPECT_FALSE(region_metric(report, "cpu.utilisation").known());
}

TEST(Metrics, a_region_has_its_share_of_the_runs_time) {
  auto report = one_run();
  report.runs[0].regions = {sample::region_of("r", {0.5, 0.25})};
  EXPECT_DOUBLE_EQ(*region_metric(report, "time.share").number, 0.25);
}

TEST(Metrics, a_region_has_rates_of_its_own_work) {
  auto report = one_run();
  auto region = sample::region_of("r", {0.5, 0.25});
  sample::set_work(region.values, 100, 10, 0);
  report.runs[0].regions = {region};
  EXPECT_DOUBLE_EQ(*region_metric(report, "flops.rate").number, 200);
}

TEST(Metrics, roof_share_is_achieved_over_attainable) {
  auto report = one_run();
  report.ceilings = {sample::roof("dram.load", "DRAM", "avx512", 2, 10)};
  report.runs[0].values["work.bytes_read"] = sample::modelled(10, "B");
  report.runs[0].values["work.bytes_written"] = sample::modelled(0, "B");
  EXPECT_DOUBLE_EQ(*metric(report, "roof.share").number, 0.5);
}

TEST(Metrics, adding_them_twice_changes_nothing) {
  auto once = sample::report();
  add_metrics(once);
  auto twice = once;
  add_metrics(twice);
  for (std::size_t i = 0; i < once.runs.size(); ++i) EXPECT_EQ(once.runs[i].values, twice.runs[i].values);
}

TEST(Metrics, every_run_and_region_gets_every_metric_that_is_not_about_a_counter) {
  auto report = sample::report();
  add_metrics(report);
  for (const auto* info : all_metrics()) {
    if (!info->needs.empty()) continue;
    for (const auto& run : report.runs) {
      EXPECT_TRUE(run.values.contains(info->id)) << info->id;
      for (const auto& region : run.regions) EXPECT_TRUE(region.values.contains(info->id)) << info->id;
    }
  }
}

/// Numbers of a run that is easy to work out by hand: 2 s on 2 threads.
Report counted_run() {
  auto report = one_run();
  auto& values = report.runs[0].values;
  values["instructions"] = sample::measured(12e9, "1");
  values["cycles"] = sample::measured(8e9, "1");
  values["branches"] = sample::measured(2e9, "1");
  values["branch.misses"] = sample::measured(1e7, "1");
  values["l1d.misses"] = sample::measured(24e7, "1");
  values["l2.misses"] = sample::measured(12e7, "1");
  values["l3.misses"] = sample::measured(6e6, "1");
  values["flops.dp"] = sample::measured(4e9, "flop");
  values["flops.sp"] = sample::measured(1e9, "flop");
  values["dram.bytes_read"] = sample::measured(3e9, "B");
  values["dram.bytes_written"] = sample::measured(1e9, "B");
  return report;
}

TEST(Metrics, of_the_counters_are_what_their_names_say) {
  const auto report = counted_run();
  EXPECT_DOUBLE_EQ(*metric(report, "ipc").number, 1.5);
  EXPECT_DOUBLE_EQ(*metric(report, "clock").number, 8e9 / 3);  // over CPU time: 3 s
  EXPECT_EQ(metric(report, "clock").unit, "Hz");
  EXPECT_DOUBLE_EQ(*metric(report, "branch.miss_rate").number, 0.005);
  EXPECT_DOUBLE_EQ(*metric(report, "l1d.mpki").number, 20);
  EXPECT_DOUBLE_EQ(*metric(report, "l2.mpki").number, 10);
  EXPECT_DOUBLE_EQ(*metric(report, "l3.mpki").number, 0.5);
  EXPECT_DOUBLE_EQ(*metric(report, "dram.rate").number, 2e9);
}

TEST(Metrics, without_a_word_on_a_counter_there_is_no_metric_of_it) {
  auto report = one_run();
  report.runs[0].values.erase("instructions");
  add_metrics(report);
  EXPECT_FALSE(report.runs[0].values.contains("ipc"));
  EXPECT_FALSE(report.runs[0].values.contains("l3.mpki"));
}

TEST(Metrics, a_missing_counter_makes_its_metric_missing_for_the_same_reason) {
  auto report = counted_run();
  report.runs[0].values["cycles"] = Value::missing("1", MissingReason::no_pmu, "none here");
  EXPECT_EQ(metric(report, "ipc").reason, MissingReason::no_pmu);
}

TEST(Metrics, a_scaled_counter_makes_its_metric_scaled_with_the_smaller_share) {
  auto report = counted_run();
  auto& values = report.runs[0].values;
  values["cycles"] = Value::of(8e9, "1", Provenance::scaled);
  values["cycles"].running_share = 0.5;
  EXPECT_EQ(metric(report, "ipc").provenance, Provenance::scaled);
  EXPECT_EQ(metric(report, "ipc").running_share, 0.5);
}

TEST(Metrics, counted_flops_are_those_of_all_precisions) {
  auto report = counted_run();
  EXPECT_DOUBLE_EQ(*metric(report, "flops.counted").number, 5e9);
  report.runs[0].values["flops.hp"] =
      Value::missing("flop", MissingReason::event_unknown, "none on this core");
  EXPECT_DOUBLE_EQ(*metric(report, "flops.counted").number, 5e9);
  EXPECT_EQ(metric(report, "flops.counted").formula, "flops.dp + flops.sp");
}

TEST(Metrics, counted_flops_lack_a_precision_only_where_the_core_has_no_such_event) {
  auto report = counted_run();
  report.runs[0].values["flops.sp"] = Value::missing("flop", MissingReason::not_scheduled, "another pass");
  EXPECT_EQ(metric(report, "flops.counted").reason, MissingReason::not_scheduled);
}

TEST(Metrics, counted_flops_of_a_core_that_tells_no_precisions_apart_are_its_one_number) {
  auto report = counted_run();
  auto& values = report.runs[0].values;
  values["flops.dp"] = values["flops.sp"] =
      Value::missing("flop", MissingReason::event_unknown, "see flops.any");
  values["flops.any"] = sample::measured(7e9, "flop");
  EXPECT_DOUBLE_EQ(*metric(report, "flops.counted").number, 7e9);
}

TEST(Metrics, only_those_that_a_report_has_are_listed_for_it) {
  auto report = one_run();
  report.runs[0].values.erase("instructions");
  add_metrics(report);
  const auto before = metrics_in(report).size();
  report = counted_run();
  add_metrics(report);
  EXPECT_EQ(metrics_in(report).size(), before + 8);
}

TEST(TokenRoof, is_the_rate_at_the_whole_roof) {
  auto report = sample::report();
  auto& run = report.runs[0];
  run.values["token.bytes"] = Value::of(1e9, "B", Provenance::modelled, "declared");
  add_metrics(report);
  EXPECT_DOUBLE_EQ(*run.values.at("token.roof").number,
                   *run.values.at("throughput").number / *run.values.at("roof.share").number);
  EXPECT_FALSE(report.runs.back().values.contains("token.roof")) << "nothing says that items are tokens";
}

/// One that decoded one token in each repetition, of 1 to `repetitions` seconds.
Report one_token_each(int repetitions) {
  auto report = one_run();
  auto& run = report.runs[0];
  run.values["work.items"] = Value::of(1, "token", Provenance::modelled);
  run.values["token.bytes"] = Value::of(1e9, "B", Provenance::modelled);
  run.facts = {"token.bytes"};
  run.repetitions.clear();
  for (int i = 1; i <= repetitions; ++i) run.repetitions.emplace_back().wall_ns = i * 1'000'000'000LL;
  return report;
}

TEST(TokenLatency, is_a_quantile_of_the_repetitions_where_each_is_a_token) {
  EXPECT_DOUBLE_EQ(*metric(one_token_each(101), "latency.p50").number, 51);
  EXPECT_DOUBLE_EQ(*metric(one_token_each(101), "latency.p99").number, 100);
}

TEST(TokenLatency, is_missing_below_six_repetitions) {
  EXPECT_EQ(metric(one_token_each(5), "latency.p99").reason, MissingReason::too_few);
  EXPECT_TRUE(metric(one_token_each(6), "latency.p99").known());
}

TEST(TokenLatency, is_missing_where_a_repetition_is_many_tokens) {
  auto report = one_token_each(6);
  report.runs[0].values["work.items"].number = 128;
  EXPECT_EQ(metric(report, "latency.p50").reason, MissingReason::undefined);
}

TEST(TokenLatency, is_what_the_workload_measured_between_tokens_if_it_did) {
  auto report = one_token_each(6);
  report.runs[0].values["latency.p99"] = Value::of(0.25, "s", Provenance::measured);
  report.runs[0].facts.emplace_back("latency.p99");
  EXPECT_DOUBLE_EQ(*metric(report, "latency.p99").number, 0.25);
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
