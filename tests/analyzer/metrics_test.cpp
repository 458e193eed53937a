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

TEST(Metrics, every_run_and_region_gets_every_metric) {
  auto report = sample::report();
  add_metrics(report);
  for (const auto* info : all_metrics())
    for (const auto& run : report.runs) {
      EXPECT_TRUE(run.values.contains(info->id)) << info->id;
      for (const auto& region : run.regions) EXPECT_TRUE(region.values.contains(info->id)) << info->id;
    }
}

}  // namespace
}  // namespace hpct
