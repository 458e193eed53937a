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
                         ::testing::Values("summary", "ladder", "roofline", "kernels", "hot", "findings"),
                         [](const auto& view) { return view.param; });

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

TEST(Ladder, leaves_ceiling_runs_out) {
  auto report = sample::report();
  report.runs[0].role = "ceiling";
  report.runs[0].variant = "stream-kernel";
  EXPECT_THAT(shown("ladder", report), Not(HasSubstr("stream-kernel")));
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

}  // namespace
}  // namespace hpct
