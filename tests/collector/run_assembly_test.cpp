// SPDX-License-Identifier: Apache-2.0
#include "collector/run_assembly.h"

#include <gmock/gmock.h>
#include <hpct/region.h>

#include "tests/collector/scripted_source.h"
#include "tests/collector/scripted_workload.h"

namespace hpct {
namespace {

constinit RegionSite site{"sum", "", 0};

/// A repetition of `wall_ms` with one region of `region_ns` on thread 0, called `calls` times.
Sample sample(std::int64_t wall_ms, std::uint64_t region_ns = 100, std::uint64_t calls = 1) {
  Sample made;
  made.wall_ns = wall_ms * 1'000'000;
  made.cpu_ns = 2 * made.wall_ns;
  ThreadRecords thread;
  for (std::uint64_t i = 0; i < calls; ++i)
    thread.records.push_back({i * 1000, region_ns, 0, recorder::number_of(site), 0});
  made.recording = {{std::move(thread)}, recorder::sites()};
  made.regions = summarize(made.recording);
  made.check = {.ok = true, .reference = std::to_string(wall_ms), .message = ""};
  return made;
}

MeasuredRun assemble(const std::vector<Sample>& samples, const Readings& missing = {}) {
  const auto variant = variants_named({"fast"})[0];
  Settings settings;
  settings.threads = 8;
  return assemble_run(scripted_info(), variant, settings, samples, missing);
}

TEST(RunAssembly, time_is_the_median_of_the_repetitions) {
  const auto run = assemble({sample(30), sample(10), sample(11)}).run;
  EXPECT_NEAR(*run.values.at("time.wall").number, 0.011, 1e-12);
  EXPECT_NEAR(*run.values.at("time.cpu").number, 0.022, 1e-12);
  EXPECT_EQ(run.values.at("time.wall").provenance, Provenance::measured);
}

TEST(RunAssembly, a_parameter_that_was_not_read_is_not_reported) {
  auto info = scripted_info();
  info.parameters = [] {
    return std::vector<Parameter>{{"rows", Scalar{std::int64_t{1}}, "", {}, {}, {}, "input"},
                                  {"input", Scalar{std::string()}, "", {}, {}, {}}};
  };
  Settings settings;
  settings.parameters = {{"rows", std::int64_t{5}}, {"input", std::string("mine.txt")}};
  const auto assembled = [&] {
    return assemble_run(info, variants_named({"fast"})[0], settings, {sample(1)}, {}).run.parameters;
  };
  EXPECT_EQ(assembled().count("rows"), 0);
  settings.parameters["input"] = std::string();
  EXPECT_EQ(assembled().count("rows"), 1);
}

TEST(RunAssembly, fewer_than_six_repetitions_have_no_interval) {
  const auto run = assemble({sample(1), sample(2), sample(3), sample(4), sample(5)}).run;
  EXPECT_FALSE(run.values.at("time.wall").interval);
}

TEST(RunAssembly, six_repetitions_span_the_interval) {
  const auto run = assemble({sample(1), sample(2), sample(3), sample(4), sample(5), sample(6)}).run;
  ASSERT_TRUE(run.values.at("time.wall").interval);
  EXPECT_NEAR(run.values.at("time.wall").interval->low, 0.001, 1e-12);
  EXPECT_NEAR(run.values.at("time.wall").interval->high, 0.006, 1e-12);
}

Sample counted(Readings readings, int pass = 0) {
  auto made = sample(10);
  made.readings = std::move(readings);
  made.pass = pass;
  return made;
}

Value part_of_the_time(double number, double share) {
  auto value = Value::of(number, "1", Provenance::scaled);
  value.running_share = share;
  return value;
}

TEST(RunAssembly, repetitions_that_did_not_count_a_counter_say_nothing_about_it) {
  const auto other = missing_reading("cycles", MissingReason::not_scheduled, "another pass");
  const auto run = assemble({counted(other), counted(reading("cycles", 5)), counted(other),
                             counted(reading("cycles", 7)), counted(reading("cycles", 6))})
                       .run;
  EXPECT_EQ(run.values.at("cycles").number, 6);
}

TEST(RunAssembly, a_counter_that_no_repetition_counted_stays_not_scheduled) {
  const auto other = missing_reading("cycles", MissingReason::not_scheduled, "another pass");
  const auto run = assemble({counted(other), counted(other)}).run;
  EXPECT_EQ(run.values.at("cycles").reason, MissingReason::not_scheduled);
}

TEST(RunAssembly, a_counter_that_failed_once_is_missing) {
  const auto failed = missing_reading("cycles", MissingReason::conflict, "taken");
  const auto run = assemble({counted(reading("cycles", 5)), counted(failed)}).run;
  EXPECT_EQ(run.values.at("cycles").reason, MissingReason::conflict);
}

TEST(RunAssembly, a_scaled_counter_is_as_good_as_its_worst_repetition) {
  const auto run = assemble({counted({{"cycles", part_of_the_time(5, 0.9)}}),
                             counted({{"cycles", part_of_the_time(6, 0.4)}}),
                             counted(reading("cycles", 7, Provenance::measured))})
                       .run;
  EXPECT_EQ(run.values.at("cycles").number, 6);
  EXPECT_EQ(run.values.at("cycles").provenance, Provenance::scaled);
  EXPECT_EQ(run.values.at("cycles").running_share, 0.4);
}

TEST(RunAssembly, passes_that_ran_something_else_are_warned_of) {
  const auto result =
      assemble({counted(reading("instructions", 1e6), 0), counted(reading("instructions", 2e6), 1)});
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_THAT(result.warnings[0], ::testing::HasSubstr("passes that do not agree"));
}

TEST(RunAssembly, regions_and_timeline_are_of_the_repetition_nearest_to_the_median) {
  const auto result =
      assemble({sample(30, 100, 1), sample(20, 100, 2), sample(10, 100, 3), sample(21, 100, 4)});
  EXPECT_EQ(result.run.regions.at(0).calls, 2);  // the median is 20.5, and the first of two equals is taken
  EXPECT_EQ(result.timeline.events(), 2);
  EXPECT_EQ(result.run.check.reference, "20");
}

TEST(RunAssembly, a_repetition_whose_events_are_gone_is_not_shown_while_another_has_its_own) {
  auto typical = sample(20, 100, 2);
  forget_events(typical);
  const auto result = assemble({sample(30, 100, 1), typical, sample(12, 100, 3)});
  EXPECT_EQ(result.run.regions.at(0).calls, 3);
  EXPECT_EQ(result.timeline.events(), 3);
}

TEST(RunAssembly, forgetting_events_keeps_the_count_of_drops) {
  auto one = sample(20);
  one.recording.threads[0].dropped = 5;
  forget_events(one);
  EXPECT_EQ(assemble({one}).timeline.dropped, 5);
}

TEST(RunAssembly, a_region_has_one_time_per_repetition) {
  const auto run = assemble({sample(10, 100), sample(11, 300), sample(12, 200)}).run;
  EXPECT_EQ(run.regions.at(0).samples_ns, (std::vector<std::int64_t>{100, 300, 200}));
  EXPECT_NEAR(*run.regions.at(0).values.at("time.wall").number, 200e-9, 1e-15);
}

TEST(RunAssembly, undeclared_work_is_missing_and_not_zero) {
  const auto run = assemble({sample(10)}).run;
  for (const char* name : {"work.flops", "work.bytes_read", "work.bytes_written", "work.items"})
    EXPECT_EQ(run.values.at(name).reason, MissingReason::not_declared) << name;
  EXPECT_FALSE(run.regions.at(0).values.at("work.flops").known());
}

TEST(RunAssembly, declared_work_keeps_formula_and_provenance) {
  auto one = sample(10);
  one.work.total.flops = Quantity{8e6, "8 flop * iterations", Provenance::counted};
  one.work.total.items = Quantity{100, "rows", Provenance::modelled};
  one.work.regions["sum"].bytes_read = Quantity{64, "8 B * n", Provenance::modelled};
  const auto run = assemble({one}).run;
  EXPECT_EQ(run.values.at("work.flops").number, 8e6);
  EXPECT_EQ(run.values.at("work.flops").provenance, Provenance::counted);
  EXPECT_EQ(run.values.at("work.flops").formula, "8 flop * iterations");
  EXPECT_EQ(run.values.at("work.items").unit, "row");
  EXPECT_EQ(run.regions.at(0).values.at("work.bytes_read").number, 64);
}

TEST(RunAssembly, a_counter_missing_in_one_repetition_is_missing) {
  auto first = sample(10);
  auto second = sample(11);
  first.readings = reading("cycles", 5);
  second.readings = missing_reading("cycles", MissingReason::conflict, "somebody took it");
  const auto value = assemble({first, second}).run.values.at("cycles");
  EXPECT_EQ(value.reason, MissingReason::conflict);
}

TEST(RunAssembly, a_counter_absent_in_one_repetition_is_missing) {
  auto first = sample(10);
  first.readings = reading("cycles", 5);
  EXPECT_FALSE(assemble({first, sample(11)}).run.values.at("cycles").known());
}

TEST(RunAssembly, counters_are_matched_by_name_and_not_by_place) {
  auto first = sample(10);
  auto second = sample(10);
  first.readings = {{"a", Value::of(1, "1", Provenance::counted)},
                    {"b", Value::of(100, "1", Provenance::counted)}};
  second.readings = {{"b", Value::of(300, "1", Provenance::counted)},
                     {"a", Value::of(3, "1", Provenance::counted)}};
  const auto run = assemble({first, second}).run;
  EXPECT_EQ(run.values.at("a").number, 2);
  EXPECT_EQ(run.values.at("b").number, 200);
}

TEST(RunAssembly, a_counter_is_as_good_as_its_weakest_repetition) {
  auto first = sample(10);
  auto second = sample(10);
  first.readings = reading("cycles", 5, Provenance::measured);
  second.readings = reading("cycles", 5, Provenance::scaled);
  EXPECT_EQ(assemble({first, second}).run.values.at("cycles").provenance, Provenance::scaled);
}

TEST(RunAssembly, a_counter_keeps_its_detail) {
  auto one = sample(10);
  one.readings = reading("instructions", 5, Provenance::measured);
  one.readings[0].second.detail = "PAPI_TOT_INS";
  EXPECT_EQ(assemble({one}).run.values.at("instructions").detail, "PAPI_TOT_INS");
}

TEST(RunAssembly, a_serial_variant_has_one_thread_whatever_the_settings) {
  EXPECT_EQ(assemble({sample(10)}).run.threads, 1);
}

TEST(RunAssembly, disturbance_comes_from_the_readings) {
  const Readings readings{{"switches.involuntary", Value::of(3, "1", Provenance::counted)},
                          {"switches.voluntary", Value::of(4, "1", Provenance::counted)},
                          {"faults.major", Value::of(1, "1", Provenance::counted)},
                          {"faults.minor", Value::of(2, "1", Provenance::counted)},
                          {"run_delay", Value::of(0.25, "s", Provenance::counted)}};
  const Disturbance expected{.run_delay_ns = 250'000'000,
                             .involuntary_switches = 3,
                             .voluntary_switches = 4,
                             .major_faults = 1,
                             .minor_faults = 2};
  EXPECT_EQ(disturbance_of(readings), expected);
}

TEST(RunAssembly, an_unknown_run_delay_is_not_zero) {
  const Readings readings{{"run_delay", Value::missing("s", MissingReason::not_found)}};
  EXPECT_FALSE(disturbance_of(readings).run_delay_ns);
}

}  // namespace
}  // namespace hpct
