// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "analyzer/render.h"
#include "analyzer/text_layout.h"
#include "tests/analyzer/sample_report.h"
#include "tests/golden_text.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string shown(const std::string& view, const Report& report, const RenderOptions& options = {}) {
  for (const auto* render : all_renders())
    if (render->name == view) return render->render(analyze(report), options);
  ADD_FAILURE() << "no view " << view;
  return {};
}

class View : public ::testing::TestWithParam<std::string> {};

TEST_P(View, looks_like_its_golden_file) {
  expect_golden(GetParam() + ".txt", shown(GetParam(), sample::report()));
}

TEST_P(View, keeps_within_the_width_of_the_screen) {
  for (const int width : {60, 80, 100, 140}) {
    std::istringstream lines(shown(GetParam(), sample::report(), {.width = width}));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(display_width(line), static_cast<std::size_t>(width)) << line;
  }
}

TEST_P(View, has_no_colour_unless_asked_and_then_only_adds_it) {
  const auto plain = shown(GetParam(), sample::report());
  auto coloured = shown(GetParam(), sample::report(), {.colour = true});
  EXPECT_THAT(plain, Not(HasSubstr("\033")));
  for (auto at = coloured.find('\033'); at != std::string::npos; at = coloured.find('\033'))
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  EXPECT_THAT(coloured.size(), ::testing::Ge(plain.size()));
}

TEST_P(View, says_something_of_an_empty_report) { EXPECT_FALSE(shown(GetParam(), Report{}).empty()); }

TEST_P(View, has_no_blanks_at_the_end_of_a_line) {
  EXPECT_THAT(shown(GetParam(), sample::report()), Not(HasSubstr(" \n")));
}

INSTANTIATE_TEST_SUITE_P(Golden, View,
                         ::testing::Values("summary", "ladder", "roofline", "kernels", "counters", "hot",
                                           "findings"),
                         [](const auto& view) { return view.param; });

/// Two runs, one counted whole and one in turns, on a core that cannot tell single precision.
Report counted_report() {
  auto report = sample::report();
  report.runs.resize(2);
  const auto counted = [](double number, const std::string& unit, std::string formula) {
    auto value = sample::measured(number, unit);
    value.formula = std::move(formula);
    value.detail = "papi, some_core";
    return value;
  };
  for (auto& run : report.runs) {
    auto& values = run.values;
    values["instructions"] = counted(12e9, "1", "INST_RETIRED:ANY_P");
    values["cycles"] = counted(8e9, "1", "CPU_CLK_UNHALTED:THREAD_P");
    values["branches"] = counted(2e9, "1", "BR_INST_RETIRED:ALL_BRANCHES");
    values["branch.misses"] = counted(1e7, "1", "BR_MISP_RETIRED:ALL_BRANCHES");
    values["l3.misses"] = counted(6e6, "1", "LONGEST_LAT_CACHE:MISS");
    values["flops.dp"] = counted(4e9, "flop", "SCALAR_DOUBLE + 2 * 128B_PACKED_DOUBLE");
    values["flops.sp"] = Value::missing("flop", MissingReason::event_unknown, "this core has no such event");
    values["topdown.retiring"] = counted(0.4, "%", "UOPS_RETIRED:SLOTS / TOPDOWN:SLOTS_P");
    values["topdown.backend"] = counted(0.35, "%", "TOPDOWN:BACKEND_BOUND_SLOTS / TOPDOWN:SLOTS_P");
  }
  auto& cycles = report.runs[1].values["cycles"];
  cycles.provenance = Provenance::scaled;
  cycles.running_share = 0.5;
  return report;
}

TEST(Counters, look_like_their_golden_file) {
  expect_golden("counters_counted.txt", shown("counters", counted_report()));
}

TEST(Counters, a_quantity_that_nobody_counted_has_no_column) {
  const auto text = shown("counters", counted_report());
  EXPECT_THAT(text, HasSubstr("L3 MPKI"));
  EXPECT_THAT(text, Not(HasSubstr("L2 MPKI")));
}

TEST(Counters, name_the_events_behind_the_numbers) {
  EXPECT_THAT(shown("counters", counted_report()),
              HasSubstr("l3.misses = LONGEST_LAT_CACHE:MISS (papi, some_core)"));
}

Report sampled_report() {
  auto report = sample::report();
  report.runs = {sample::onebrc("naive", "baseline", 1, 10.0)};
  auto& profile = report.runs[0].profile.emplace();
  profile.rate = Value::of(1000, "Hz", Provenance::sampled);
  profile.cost_share = Value::of(0.017, "%", Provenance::measured);
  profile.event = "cpu-clock";
  profile.call_graph = "fp";
  profile.samples = 1000;
  profile.effective_samples = 1000;
  profile.complete_stacks = 900;
  profile.functions = {{"hpct::onebrc::(anonymous namespace)::aggregate_naively(char const*, int)",
                        "hpct-prof",
                        "/src/naive.cpp",
                        37,
                        500,
                        990,
                        {{"std::map<int, int>::operator[](int const&)", 400}, {"tiny()", 2}}},
                       {"[libexample.so.1+0x1234]", "libexample.so.1", "", 0, 300, 300, {}},
                       {"_copy_to_iter", "[kernel]", "", 0, 100, 100, {}},
                       {"main", "hpct-prof", "/src/main.cpp", 7, 0, 1000, {}}};
  profile.other_self = 100;
  profile.stacks = "x.hpct.stacks.txt";
  return report;
}

TEST(Hot, looks_like_its_golden_file) { expect_golden("hot_functions.txt", shown("hot", sampled_report())); }

TEST(Hot, keeps_within_the_width_of_the_screen) {
  for (const int width : {60, 80, 100, 140}) {
    std::istringstream lines(shown("hot", sampled_report(), {.width = width}));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(display_width(line), static_cast<std::size_t>(width)) << line;
  }
}

TEST(Hot, tells_what_to_do_about_short_call_chains) {
  auto report = sampled_report();
  EXPECT_THAT(shown("hot", report), Not(HasSubstr("-fno-omit-frame-pointer")));
  report.runs[0].profile->complete_stacks = 100;
  EXPECT_THAT(shown("hot", report), HasSubstr("-fno-omit-frame-pointer"));
  EXPECT_THAT(shown("hot", report), HasSubstr("--call-graph dwarf"));
}

TEST(Hot, says_why_nothing_was_sampled) {
  auto report = sampled_report();
  report.runs[0].profile = Profile{};
  report.runs[0].profile->rate = Value::missing("Hz", MissingReason::permission, "the kernel refuses it");
  EXPECT_THAT(shown("hot", report), HasSubstr("not sampled: the kernel refuses it"));
  EXPECT_THAT(shown("summary", report), HasSubstr("not sampled: the kernel refuses it"));
}

TEST(Summary, names_the_three_hottest_functions) {
  EXPECT_THAT(shown("summary", sampled_report()),
              HasSubstr("1brc/naive: hpct::onebrc::{anonymous}::aggregate_naively 50 %"));
}

TEST(Ladder, compares_each_rung_with_the_one_before_and_with_the_first) {
  const auto text = shown("ladder", sample::report());
  EXPECT_THAT(text, HasSubstr("20.0x"));
  EXPECT_THAT(text, HasSubstr("200x"));
}

TEST(Ladder, shows_what_a_workload_found_out_beside_its_time) {
  auto report = sample::report();
  report.runs.resize(2);
  report.runs[0].values["latency.p99"] = Value::of(0.0125, "s", Provenance::measured);
  report.runs[1].values["latency.p99"] = Value::missing("s", MissingReason::too_few, "one token");
  report.runs[1].values["kv.waste.paged"] = Value::of(0.25, "%", Provenance::counted);
  for (auto& run : report.runs) run.facts = {"kv.waste.paged", "latency.p99"};
  const auto text = shown("ladder", report);
  EXPECT_THAT(text, HasSubstr("latency.p99     12.5 ms        -"));
  EXPECT_THAT(text, HasSubstr("- latency.p99: one token"));
  EXPECT_THAT(text, HasSubstr("25.0 %*"));
  EXPECT_THAT(shown("ladder", sample::report()), Not(HasSubstr("latency.p99")));
}

TEST(Ladder, shows_facts_of_what_lies_beside_it_and_metrics_that_need_them) {
  auto report = sample::report();
  for (auto& run : report.runs) {
    run.values["token.bytes"] = Value::of(run.variant == "naive" ? 2e9 : 1e9, "B", Provenance::modelled);
    run.facts = {"token.bytes"};
  }
  report.runs[1].aside = true;
  report.runs[1].variant = "int8";
  report.runs[1].values["token.bytes"].number = 5e8;
  const auto text = shown("ladder", report);
  EXPECT_THAT(text, HasSubstr("500 MB~"));
  EXPECT_THAT(text, HasSubstr("token.roof"));
}

TEST(Ladder, shows_no_metric_that_has_no_meaning_for_any_run) {
  auto report = sample::report();
  for (auto& run : report.runs) {
    run.values["token.bytes"] = Value::of(1e9, "B", Provenance::modelled);
    run.values["work.items"] = Value::of(128, "token", Provenance::modelled);
    run.facts = {"token.bytes"};
  }
  EXPECT_THAT(shown("ladder", report), Not(HasSubstr("latency.p50")));
}

TEST(Ladder, says_once_what_all_variants_have_in_common) {
  auto report = sample::report();
  for (auto& run : report.runs) {
    run.values["kv.waste.paged"] = Value::of(0.25, "%", Provenance::counted);
    run.facts = {"kv.waste.paged"};
  }
  EXPECT_THAT(shown("ladder", report), HasSubstr("all variants: kv.waste.paged 25.0 %*\n"));
}

TEST(Ladder, leaves_no_fact_out_on_a_narrow_screen) {
  auto report = sample::report();
  const std::vector<std::string> facts{"a.fact.with.a.long.name", "b.fact.with.a.long.name",
                                       "c.fact.with.a.long.name", "d.fact.with.a.long.name"};
  for (auto& run : report.runs) {
    for (const auto& fact : facts)
      run.values[fact] = Value::of(run.values.at("time.wall").number.value(), "s", Provenance::measured);
    run.facts = facts;
  }
  const auto text = shown("ladder", report);
  for (const auto& fact : facts) EXPECT_THAT(text, HasSubstr(fact));
}

TEST(Ladder, leaves_ceiling_runs_out) {
  auto report = sample::report();
  report.runs[0].role = "ceiling";
  report.runs[0].variant = "stream-kernel";
  EXPECT_THAT(shown("ladder", report), Not(HasSubstr("stream-kernel")));
}

TEST(Ladder, compares_no_rung_with_what_lies_beside_it_and_names_the_distance) {
  auto report = sample::report();
  report.runs[1].aside = true;  // between naive at 10 s and avx512-threads at 50 ms: now 10 ms
  report.runs[1].variant = "scan";
  report.runs[1].values["time.wall"].number = 0.01;
  const auto text = shown("ladder", report);
  EXPECT_THAT(text, Not(HasSubstr("1000x")));  // 10 s over 10 ms
  EXPECT_THAT(text, HasSubstr("Fastest: avx512-threads"));
  EXPECT_THAT(text, HasSubstr("scan, 5.00x as fast as avx512-threads"));
}

TEST(Ladder, is_not_made_of_benchmarks) {
  auto report = sample::report();
  for (auto& run : report.runs) run.role = "benchmark";
  EXPECT_THAT(shown("ladder", report), HasSubstr("Benchmarks are no ladder"));
}

TEST(Summary, calls_no_benchmark_correct_that_nobody_checked) {
  auto report = sample::report();
  for (auto& run : report.runs) run.role = "benchmark";
  EXPECT_THAT(shown("summary", report), HasSubstr("no error"));
  EXPECT_THAT(shown("summary", report), Not(HasSubstr("correct")));
}

TEST(Summary, does_not_call_the_unknown_of_an_imported_machine_zero) {
  auto report = sample::report();
  report.machine.cpu = {};
  report.machine.cpu.threads = 8;
  report.machine.cpu.mhz = 3600;
  report.machine.memory_bytes = 0;
  EXPECT_THAT(shown("summary", report), HasSubstr("unknown CPU, 3600 MHz, 8 threads\n"));
}

TEST(Ladder, explains_a_missing_roof_on_the_same_screen) {
  auto report = sample::report();
  report.ceilings.clear();
  EXPECT_THAT(shown("ladder", report), HasSubstr("hpct-prof run ceilings --threads"));
}

TEST(Summary, shouts_a_wrong_result) {
  auto report = sample::report();
  report.runs[0].check.ok = false;
  EXPECT_THAT(shown("summary", report), HasSubstr("WRONG"));
}

TEST(Kernels, shows_the_time_that_no_region_covers) {
  auto report = sample::report();
  report.runs = {sample::mandelbrot("d", "avx512", 2, 0.04, {0.03, 0.03})};
  EXPECT_THAT(shown("kernels", report), HasSubstr("(other)"));
}

Report with_instrumentation() {
  auto report = sample::report();
  report.runs.back().instrumentation = Instrumentation{
      .clock = "tsc 2600.0 MHz", .pair_ns = 15.5, .regions = 4000, .share = 0.0017, .drift = {}};
  return report;
}

TEST(Kernels, shows_what_the_regions_cost) {
  EXPECT_THAT(
      shown("kernels", with_instrumentation(), {.width = 120}),
      HasSubstr(
          "4000 regions at 15.5 ns each: measuring is 0.2 % of the busiest thread's time (tsc 2600.0 MHz)"));
}

TEST(Kernels, says_that_a_timeline_is_incomplete_and_the_sums_are_not) {
  auto report = with_instrumentation();
  EXPECT_THAT(shown("kernels", report), Not(HasSubstr("incomplete")));
  report.runs.back().timeline = TimelineLink{.file = "t", .events = 3900, .dropped = 100};
  EXPECT_THAT(
      shown("kernels", report, {.width = 120}),
      HasSubstr("timeline incomplete: 100 of 4000 events dropped; calls and times here are complete"));
}

TEST(Kernels, says_that_the_clock_drifted) {
  auto report = with_instrumentation();
  report.runs.back().instrumentation->drift = -120e-6;
  EXPECT_THAT(shown("kernels", report, {.width = 120}), HasSubstr("-120 ppm off its calibrated rate"));
}

TEST(RooflineView, draws_modelled_points_hollow_and_counted_ones_solid) {
  auto report = sample::report();
  EXPECT_THAT(shown("roofline", report), Not(HasSubstr("●")));
  for (auto& [name, value] : report.runs[3].values)
    if (name.starts_with("work.")) value.provenance = Provenance::measured;
  EXPECT_THAT(shown("roofline", report), HasSubstr("●"));
}

TEST(RooflineView, draws_points_without_roofs_and_says_how_to_measure_them) {
  auto report = sample::report();
  report.ceilings.clear();
  EXPECT_THAT(shown("roofline", report), HasSubstr("No roofs measured: hpct-prof run ceilings"));
  EXPECT_THAT(shown("roofline", report), HasSubstr("○"));
}

TEST(Summary, says_how_many_repetitions_were_disturbed) {
  auto report = sample::report();
  report.runs[0].repetitions[0].disturbance.verdict = "disturbed";
  report.runs[0].repetitions[1].disturbance.verdict = "host-disturbed";
  EXPECT_THAT(shown("summary", report),
              HasSubstr("2 of 10 repetitions disturbed (1 waited for a core; clock or"));
}

TEST(Summary, leaves_copies_to_the_view_of_the_roofs) {
  auto report = sample::report();
  report.ceilings.push_back(sample::roof("dram.copy", "DRAM", "avx512", 1, 14e9));
  EXPECT_THAT(shown("summary", report), HasSubstr("and 1 more: --view roofs"));
  EXPECT_THAT(shown("roofs", report), HasSubstr("DRAM copy"));
}

TEST(Roofs, show_band_samples_set_and_plateau) {
  auto report = sample::report();
  auto& roof = report.ceilings.front();
  roof.value.interval = Interval{15e9, 17e9};
  roof.samples = 28;
  roof.discarded = 2;
  roof.set_bytes = 512 << 20;
  roof.plateau = ByteRange{256 << 20, 1 << 30};
  const auto text = shown("roofs", report);
  EXPECT_THAT(text, HasSubstr("15.0 .. 17.0 GB/s"));
  EXPECT_THAT(text, HasSubstr("28 of 30"));
  EXPECT_THAT(text, HasSubstr("512 MiB"));
  EXPECT_THAT(text, HasSubstr("DRAM on 1 thread: 256 MiB to 1 GiB per thread"));
}

}  // namespace
}  // namespace hpct
