// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analyzer/analysis.h"
#include "analyzer/repetitions.h"
#include "tests/analyzer/sample_report.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A run with nothing to say about it: far from its roofs, balanced, quiet, repeated, counted.
Run healthy() {
  auto run = sample::mandelbrot("simd", "avx512", 2, 0.03, {0.0299, 0.0298});
  run.values["instructions"] = sample::measured(1e9, "1");
  return run;
}

Report report_of(std::vector<Run> runs) {
  auto report = sample::report();
  report.runs = std::move(runs);
  return report;
}

std::vector<Finding> findings(std::vector<Run> runs, const std::string& id) {
  auto all = analyze(report_of(std::move(runs))).findings;
  std::erase_if(all, [&](const auto& finding) { return finding.id != id; });
  return all;
}

TEST(Findings, a_healthy_run_has_none) {
  const auto all = analyze(report_of({healthy()})).findings;
  EXPECT_THAT(all, IsEmpty()) << (all.empty() ? "" : all[0].id + ": " + all[0].claim);
}

TEST(Findings, a_run_near_the_dram_roof_is_memory_bound) {
  const auto found = findings({sample::onebrc("avx512", "avx512", 2, 0.05)}, "memory_bound");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].claim,
              HasSubstr("27.6 GB/s: 86.2 % of the 32.0 GB/s that DRAM delivers to 2 threads"));
  EXPECT_NEAR(*found[0].gain.number, 32.0 / 27.6, 1e-9);
  EXPECT_EQ(found[0].gain.provenance, Provenance::modelled);
}

TEST(Findings, a_run_far_below_the_dram_roof_is_not_memory_bound) {
  EXPECT_THAT(findings({sample::onebrc("naive", "avx512", 2, 1)}, "memory_bound"), IsEmpty());
}

TEST(Findings, without_roofs_nothing_is_said_about_bounds) {
  auto report = report_of({sample::onebrc("avx512", "avx512", 2, 0.05)});
  report.ceilings.clear();
  for (const auto& finding : analyze(report).findings) EXPECT_NE(finding.id, "memory_bound");
}

TEST(Findings, a_memory_bound_region_of_an_unbound_run_is_named_with_the_gain_for_the_run) {
  auto run = healthy();
  auto region = sample::region_of("copy", {0.01, 0.01});
  sample::set_work(region.values, 1e3, 0.28e9, 0);  // 28 GB/s of 32
  run.regions.push_back(region);
  const auto found = findings({run}, "memory_bound");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].region, "copy");
  EXPECT_NEAR(*found[0].gain.number, 1 / (1 - (0.01 / 0.03) * (1 - 28.0 / 32)), 1e-9);
}

TEST(Findings, a_bound_region_that_takes_little_time_is_not_worth_a_finding) {
  auto run = healthy();
  auto region = sample::region_of("copy", {0.001, 0.001});
  sample::set_work(region.values, 1e3, 0.028e9, 0);
  run.regions.push_back(region);
  EXPECT_THAT(findings({run}, "memory_bound"), IsEmpty());
}

TEST(Findings, a_run_near_the_arithmetic_roof_is_compute_bound_and_told_of_a_wider_one) {
  auto run = healthy();
  run.isa = "avx2";
  run.regions.clear();
  sample::set_work(run.values, 4.5e9, 0, 1e6);  // 150 Gflop/s of 180
  const auto found = findings({run}, "compute_bound");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].advice, HasSubstr("avx512: its roof on this machine is 2.0x higher"));
}

TEST(Findings, the_widest_instruction_set_is_not_told_to_widen) {
  auto run = healthy();
  sample::set_work(run.values, 9e9, 0, 1e6);  // 300 Gflop/s of 360
  const auto found = findings({run}, "compute_bound");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].advice, HasSubstr("widest"));
}

TEST(Findings, imbalance_names_threads_gain_and_the_variant_that_does_better) {
  auto unbalanced = sample::mandelbrot("block-rows", "avx512", 2, 0.038, {0.020, 0.038});
  const auto found = findings({unbalanced, healthy()}, "imbalance");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].region, "rows");
  EXPECT_THAT(found[0].claim, HasSubstr("thread 1 works 1.9x as long as thread 0"));
  EXPECT_NEAR(*found[0].gain.number, 38.0 / 29.0, 1e-6);
  EXPECT_THAT(found[0].advice, HasSubstr("Variant simd of this report"));
  EXPECT_THAT(found[0].advice, HasSubstr("1.27x as fast"));
}

TEST(Findings, imbalance_does_not_point_at_a_slower_variant) {
  auto unbalanced = sample::mandelbrot("block-rows", "avx512", 2, 0.038, {0.020, 0.038});
  auto slower = sample::mandelbrot("dynamic", "avx512", 2, 0.05, {0.05, 0.05});
  EXPECT_THAT(findings({unbalanced, slower}, "imbalance").at(0).advice, HasSubstr("smaller pieces"));
}

TEST(Findings, imbalance_does_not_point_at_other_work) {
  auto unbalanced = sample::mandelbrot("block-rows", "avx512", 2, 0.038, {0.020, 0.038});
  auto other = healthy();
  other.parameters["view"] = std::int64_t{2};
  EXPECT_THAT(findings({unbalanced, other}, "imbalance").at(0).advice, HasSubstr("smaller pieces"));
}

TEST(Findings, imbalance_of_threads_that_waited_for_cores_is_nobodys_fault) {
  auto run = sample::mandelbrot("block-rows", "avx512", 2, 0.038, {0.020, 0.038});
  ASSERT_EQ(findings({run}, "imbalance").size(), 1U);
  for (auto& repetition : run.repetitions)
    repetition.disturbance.run_delay_ns = 2'000'000;  // 2.6 % of 2 * 38 ms
  EXPECT_THAT(findings({run}, "imbalance"), IsEmpty());
}

TEST(Findings, a_small_imbalance_is_not_worth_a_finding) {
  EXPECT_THAT(findings({sample::mandelbrot("d", "avx512", 2, 0.03, {0.030, 0.028})}, "imbalance"), IsEmpty());
}

TEST(Findings, waiting_for_a_core_is_a_disturbed_run) {
  auto run = healthy();
  for (auto& repetition : run.repetitions)
    repetition.disturbance.run_delay_ns = 1'200'000;  // 2 % of 2 * 30 ms
  const auto found = findings({run}, "disturbed_run");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_THAT(found[0].claim, HasSubstr("2.0 % of the time"));
}

TEST(Findings, forced_switches_count_when_the_run_delay_is_unknown) {
  auto run = healthy();
  for (auto& repetition : run.repetitions) {
    repetition.disturbance.run_delay_ns.reset();
    repetition.disturbance.involuntary_switches = 6;  // 100 per second and thread
  }
  EXPECT_THAT(findings({run}, "disturbed_run").at(0).claim, HasSubstr("100 times a second"));
}

TEST(Findings, one_forced_switch_in_a_run_of_microseconds_is_no_rate) {
  auto run = sample::onebrc("avx2", "avx2", 2, 80e-6);
  for (auto& repetition : run.repetitions) repetition.disturbance.involuntary_switches = 1;
  EXPECT_FALSE(forced_switches(run).known());
  EXPECT_THAT(findings({run}, "disturbed_run"), IsEmpty());
}

TEST(WaitingShare, is_never_more_than_all_of_the_time) {
  auto run = healthy();
  for (auto& repetition : run.repetitions) repetition.disturbance.run_delay_ns = 200'000'000;  // of 2 * 30 ms
  EXPECT_DOUBLE_EQ(*waiting_share(run).number, 1);
}

/// Ten repetitions, of which the host disturbed so many.
Run host_disturbed(std::size_t count) {
  auto run = healthy();
  for (std::size_t i = 0; i < run.repetitions.size(); ++i)
    run.repetitions[i].disturbance.verdict = i < count ? "host-disturbed" : "quiet";
  return run;
}

TEST(Findings, a_third_of_the_repetitions_disturbed_by_the_host_is_a_disturbed_run) {
  EXPECT_THAT(findings({host_disturbed(3)}, "disturbed_run").at(0).claim,
              HasSubstr("3 of 10 repetitions disturbed (clock or memory changed in 3)"));
}

TEST(Findings, some_disturbed_repetitions_do_not_move_the_median) {
  EXPECT_THAT(findings({host_disturbed(2)}, "disturbed_run"), IsEmpty());
}

TEST(Findings, an_unknown_run_delay_alone_is_no_disturbance) {
  auto run = healthy();
  for (auto& repetition : run.repetitions) repetition.disturbance.run_delay_ns.reset();
  EXPECT_THAT(findings({run}, "disturbed_run"), IsEmpty());
}

TEST(Findings, disturbances_that_nobody_counted_are_none) {
  auto run = sample::onebrc("avx2", "avx2", 2, 0.03);
  for (auto& repetition : run.repetitions) repetition.disturbance = {};
  EXPECT_FALSE(forced_switches(run).known());
  EXPECT_FALSE(waiting_share(run).known());
}

TEST(WaitingShare, of_a_program_is_a_part_of_the_time_its_threads_wanted_to_run) {
  hpct::Run run;
  run.role = "program";
  run.repetitions = {
      {.wall_ns = 100'000'000, .cpu_ns = 300'000'000, .disturbance = {.run_delay_ns = 100'000'000}}};
  EXPECT_DOUBLE_EQ(*waiting_share(run).number, 0.25);
}

TEST(BusyThreads, are_those_of_a_program_with_a_tenth_of_the_busiest_ones_time) {
  hpct::Run run;
  run.role = "program";
  for (const std::int64_t cpu_ns : {99, 1000, 100, 500}) run.thread_usage.emplace_back().cpu_ns = cpu_ns;
  EXPECT_EQ(busy_threads(run), 3);
  run.thread_usage.push_back(
      {.process = 0, .thread = 0, .name = {}, .cpu_ns = 40'000, .run_delay_ns = {}, .others = 200});
  EXPECT_EQ(busy_threads(run), 203);
}

TEST(Findings, scattering_repetitions_are_a_disturbed_run) {
  auto run = healthy();
  sample::set_time(run, 0.03, 10, 0.15);
  EXPECT_THAT(findings({run}, "disturbed_run").at(0).claim, HasSubstr("scatter"));
}

TEST(Findings, missing_counters_are_explained_once_per_report) {
  auto without = healthy();
  without.values["instructions"] =
      Value::missing("1", MissingReason::no_pmu, "no PMU in this virtual machine");
  const auto found = findings({without, without}, "no_counters");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::info);
  EXPECT_THAT(found[0].claim, HasSubstr("no PMU in this virtual machine"));
}

TEST(Findings, counters_that_were_not_asked_for_are_not_missed) {
  auto run = healthy();
  run.values.erase("instructions");
  EXPECT_THAT(findings({run}, "no_counters"), IsEmpty());
}

TEST(Findings, refused_counters_come_with_the_setting_to_change) {
  auto run = healthy();
  run.values["instructions"] = Value::missing("1", MissingReason::permission, "perf_event_paranoid is 4");
  EXPECT_THAT(findings({run}, "no_counters").at(0).advice, HasSubstr("perf_event_paranoid"));
}

TEST(Findings, fewer_than_six_repetitions_are_too_few) {
  auto run = healthy();
  sample::set_time(run, 0.03, 5);
  EXPECT_EQ(findings({run}, "too_few_repetitions").size(), 1U);
}

TEST(Findings, a_timeline_with_dropped_events_is_incomplete) {
  auto run = healthy();
  run.timeline = TimelineLink{.file = "t.json", .events = 100, .dropped = 25};
  EXPECT_THAT(findings({run}, "incomplete_timeline").at(0).claim, HasSubstr("25 of 125"));
  run.timeline->dropped = 0;
  EXPECT_THAT(findings({run}, "incomplete_timeline"), IsEmpty());
}

TEST(Findings, an_incomplete_timeline_says_when_it_breaks_off) {
  auto run = healthy();
  run.timeline = TimelineLink{.file = "t.json", .events = 100, .dropped = 25};
  run.timeline->threads = {{.thread = 0, .events = 60},
                           {.thread = 1, .events = 40, .dropped = 25, .first_drop_ns = 2'000'000}};
  const auto evidence = findings({run}, "incomplete_timeline").at(0).evidence;
  EXPECT_EQ(evidence.at(2).label, "first drop at");
  EXPECT_NEAR(*evidence.at(2).value.number, 0.002, 1e-12);
}

/// The 1200 calls of region "rows" take 49.75 us each, as sample::mandelbrot() says.
Run measured_at(double pair_ns, double share) {
  auto run = healthy();
  run.instrumentation = Instrumentation{
      .clock = "tsc 2600.0 MHz", .pair_ns = pair_ns, .regions = 1200, .share = share, .drift = {}};
  return run;
}

TEST(Findings, a_region_shorter_than_twenty_measurements_is_flagged) {
  const auto found = findings({measured_at(2600, 0.01)}, "short_regions");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].region, "rows");
  EXPECT_EQ(found[0].severity, Severity::info);
  EXPECT_THAT(found[0].claim, HasSubstr("lasts 49.8 us a call, and measuring it takes 2.60 us"));
}

TEST(Findings, measuring_that_takes_a_twentieth_of_the_time_is_a_warning) {
  EXPECT_EQ(findings({measured_at(2600, 0.05)}, "short_regions").at(0).severity, Severity::warning);
}

TEST(Findings, regions_longer_than_twenty_measurements_are_not_flagged) {
  EXPECT_THAT(findings({measured_at(2400, 0.01)}, "short_regions"), IsEmpty());
}

TEST(Findings, a_wrong_result_is_a_warning) {
  auto run = healthy();
  run.check = {.ok = false, .reference = "r", .message = "pixel 7 differs"};
  EXPECT_THAT(findings({run}, "wrong_result").at(0).claim, HasSubstr("pixel 7 differs"));
}

TEST(Findings, ceiling_runs_have_none) {
  auto run = sample::onebrc("avx512", "avx512", 2, 0.05);
  run.role = "ceiling";
  EXPECT_THAT(analyze(report_of({run})).findings, IsEmpty());
}

TEST(Findings, warnings_come_first_and_then_the_largest_gain) {
  auto disturbed = healthy();
  sample::set_time(disturbed, 0.03, 10, 0.15);
  const auto all =
      analyze(report_of({sample::onebrc("avx512", "avx512", 2, 0.05),
                         sample::mandelbrot("block-rows", "avx512", 2, 0.038, {0.020, 0.038}), disturbed}))
          .findings;
  ASSERT_GE(all.size(), 4U);
  EXPECT_EQ(all[0].id, "disturbed_run");
  EXPECT_EQ(all[1].id, "imbalance");
  EXPECT_EQ(all[2].id, "memory_bound");
}

TEST(Findings, lanes_that_wait_for_the_slowest_are_named_with_what_full_use_would_bring) {
  auto run = healthy();
  run.values["vector.utilisation"] = Value::of(0.4, "%", Provenance::counted);
  const auto found = findings({run}, "idle_lanes");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].claim, HasSubstr("60 % of the vector lanes"));
  EXPECT_DOUBLE_EQ(*found[0].gain.number, 2.5);
}

TEST(Findings, lanes_that_mostly_work_are_not_mentioned) {
  auto run = healthy();
  run.values["vector.utilisation"] = Value::of(0.9, "%", Provenance::counted);
  EXPECT_THAT(findings({run}, "idle_lanes"), IsEmpty());
}

CertificateEntry tried(const char* counter, double measured, bool ok) {
  return {.counter = counter,
          .event = "EVENT",
          .kernel = "512 bit multiply-add",
          .expected = 100,
          .measured = measured,
          .tolerance = 0.02,
          .ok = ok};
}

TEST(Uncertified, a_refuted_counter_is_a_finding_once_per_report) {
  auto report = sample::report();
  report.certificate = {tried("flops.dp", 200, false), tried("cycles", 100, true)};
  const auto analysis = analyze(report);
  int found = 0;
  for (const auto& finding : analysis.findings)
    if (finding.id == "uncertified") {
      ++found;
      EXPECT_THAT(finding.claim, HasSubstr("flops.dp is 2.00 times the truth on 512 bit multiply-add"));
    }
  EXPECT_EQ(found, 1);
}

/// A run whose issue slots were counted, far from its roofs.
Run counted(double retiring, double bad_speculation, double frontend, double backend) {
  auto run = healthy();
  run.values["topdown.retiring"] = sample::measured(retiring, "%");
  run.values["topdown.bad_speculation"] = sample::measured(bad_speculation, "%");
  run.values["topdown.frontend"] = sample::measured(frontend, "%");
  run.values["topdown.backend"] = sample::measured(backend, "%");
  return run;
}

std::vector<std::string> bounds_of(const Run& run) {
  std::vector<std::string> words;
  for (const auto& finding : analyze(report_of({run})).findings)
    if (!finding.bound.empty()) words.push_back(finding.bound);
  return words;
}

TEST(IssueSlots, that_are_lost_to_wrong_guesses_name_branches) {
  EXPECT_EQ(bounds_of(counted(0.5, 0.3, 0.1, 0.1)), std::vector<std::string>{"branches"});
}

TEST(IssueSlots, that_wait_for_data_or_units_name_latency) {
  EXPECT_EQ(bounds_of(counted(0.3, 0.05, 0.1, 0.55)), std::vector<std::string>{"latency"});
}

TEST(IssueSlots, that_wait_for_instructions_name_their_fetch) {
  EXPECT_EQ(bounds_of(counted(0.4, 0.1, 0.4, 0.1)), std::vector<std::string>{"instruction fetch"});
}

TEST(IssueSlots, that_do_useful_work_far_from_any_roof_name_instructions) {
  EXPECT_EQ(bounds_of(counted(0.8, 0.05, 0.05, 0.1)), std::vector<std::string>{"instructions"});
}

TEST(IssueSlots, promise_what_would_be_gained_without_the_loss) {
  const auto found = findings({counted(0.5, 0.3, 0.1, 0.1)}, "wrong_guesses");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(*found[0].gain.number, 1 / 0.7, 1e-9);
}

TEST(IssueSlots, explain_nothing_that_a_roof_explains) {
  auto run = sample::onebrc("avx512", "avx512", 2, 0.05);
  run.values["topdown.backend"] = sample::measured(0.8, "%");
  EXPECT_THAT(findings({run}, "stalled"), IsEmpty());
}

TEST(IssueSlots, of_a_counter_that_was_mostly_off_prove_nothing) {
  auto run = counted(0.3, 0.05, 0.1, 0.55);
  run.values["topdown.backend"].running_share = 0.3;
  EXPECT_THAT(findings({run}, "stalled"), IsEmpty());
}

TEST(Findings, threads_that_sleep_a_third_of_the_time_are_named) {
  auto run = healthy();
  run.values["time.cpu"] = sample::measured(*run.values["time.wall"].number * 2 * 0.65, "s");
  const auto found = findings({run}, "idle_threads");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].claim, HasSubstr("35 %"));
  EXPECT_NEAR(*found[0].gain.number, 1 / 0.65, 1e-9);
}

TEST(FasterSibling, with_the_same_instruction_set_proves_that_the_machine_is_not_the_limit) {
  auto better = sample::onebrc("swar", "baseline", 1, 1);
  better.summary = "eight bytes at a time";
  const auto found = findings({sample::onebrc("naive", "baseline", 1, 10), better}, "faster_sibling");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].variant, "naive");
  EXPECT_EQ(found[0].bound, "its code");
  EXPECT_NEAR(*found[0].gain.number, 10, 1e-9);
  EXPECT_EQ(found[0].gain.provenance, Provenance::measured);
  EXPECT_THAT(found[0].advice, HasSubstr("eight bytes at a time"));
}

TEST(FasterSibling, with_wider_instructions_points_at_them) {
  const auto found =
      findings({sample::onebrc("a", "baseline", 1, 10), sample::onebrc("b", "avx2", 1, 2)}, "faster_sibling");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].bound, "vector width");
}

TEST(FasterSibling, with_narrower_instructions_leaves_it_at_the_code) {
  const auto found =
      findings({sample::onebrc("a", "avx512", 1, 10), sample::onebrc("b", "avx2", 1, 2)}, "faster_sibling");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].bound, "its code");
}

TEST(FasterSibling, with_the_same_instruction_set_counts_more_than_a_faster_one_without) {
  const auto found = findings({sample::onebrc("a", "baseline", 1, 10), sample::onebrc("b", "avx2", 1, 1),
                               sample::onebrc("c", "baseline", 1, 5)},
                              "faster_sibling");
  ASSERT_EQ(found.size(), 2U);  // c too has a wider one
  EXPECT_THAT(found[0].claim + found[1].claim, HasSubstr("c is 2.00x as fast"));
}

TEST(FasterSibling, on_more_threads_is_none) {
  EXPECT_THAT(findings({sample::onebrc("a", "baseline", 1, 10), sample::onebrc("b", "baseline", 2, 5)},
                       "faster_sibling"),
              IsEmpty());
}

TEST(FasterSibling, beside_the_ladder_is_none) {
  auto scan = sample::onebrc("scan", "baseline", 1, 1);
  scan.aside = true;
  EXPECT_THAT(findings({sample::onebrc("a", "baseline", 1, 10), scan}, "faster_sibling"), IsEmpty());
}

TEST(FasterSibling, that_is_only_faster_because_nobody_took_its_core_is_none) {
  auto slow = sample::onebrc("a", "baseline", 1, 10);
  slow.values["time.cpu"] = sample::measured(1, "s");
  EXPECT_THAT(findings({slow, sample::onebrc("b", "baseline", 1, 1)}, "faster_sibling"), IsEmpty());
}

/// Two runs on the same simulated CPU: the first takes `times` the instructions of the second, and five times
/// the time.
std::vector<Finding> simulated_siblings(double times, const char* stations = "413") {
  std::vector<Run> runs{sample::onebrc("slow", "baseline", 1, 10), sample::onebrc("fast", "baseline", 1, 2)};
  for (auto& run : runs) {
    run.simulation =
        Simulation{.tool = "callgrind", .path = {}, .environment = "e", .isa = {}, .parameters = {}};
    run.simulation->parameters = {{"rows", std::int64_t{1000}}, {"stations", stations}};
  }
  runs[0].values["ir_sim"] = Value::of(times * 1e6, "1", Provenance::simulated);
  runs[1].values["ir_sim"] = Value::of(1e6, "1", Provenance::simulated);
  return findings(runs, "faster_sibling");
}

TEST(FasterSibling, with_as_many_instructions_shows_that_the_slower_one_waits) {
  const auto found = simulated_siblings(1.1);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].bound, "latency");
}

TEST(FasterSibling, with_fewer_instructions_by_as_much_shows_that_these_were_the_limit) {
  EXPECT_EQ(simulated_siblings(5).at(0).bound, "instructions");
}

TEST(FasterSibling, that_was_simulated_with_another_problem_says_nothing_of_instructions) {
  EXPECT_EQ(simulated_siblings(5, "tiny").at(0).bound, "its code");
}

TEST(FasterSibling, with_a_little_of_both_leaves_it_at_the_code) {
  EXPECT_EQ(simulated_siblings(2.3).at(0).bound, "its code");
}

}  // namespace
}  // namespace hpct
