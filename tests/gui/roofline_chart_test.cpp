// SPDX-License-Identifier: Apache-2.0
#include "gui/models/roofline_chart.h"

#include <gmock/gmock.h>

#include "gui/models/axis_ticks.h"
#include "tests/gui/sample_session.h"

namespace hpct {
namespace {

const Dot* find(const RooflineChart& chart, const QString& run, const QString& region, bool baseline) {
  for (const auto& dot : chart.dots)
    if (dot.run == run && dot.region == region && dot.baseline == baseline) return &dot;
  return nullptr;
}

TEST(RooflineChart, draws_modelled_work_hollow) {
  const auto analysis = sample::analysed(sample::report());
  const auto chart = roofline_chart(*analysis, nullptr, nullptr, {2, {}, {}});
  const auto* dot = find(chart, "mandelbrot/dynamic", "", false);
  ASSERT_NE(dot, nullptr);
  EXPECT_TRUE(dot->hollow);
}

TEST(RooflineChart, draws_measured_work_solid) {
  auto report = sample::report();
  for (const auto* name : {"work.flops", "work.bytes_read", "work.bytes_written"})
    report.runs[2].values[name].provenance = Provenance::measured;
  const auto chart = roofline_chart(*sample::analysed(report), nullptr, nullptr, {2, {}, {}});
  const auto* dot = find(chart, "mandelbrot/serial", "", false);
  ASSERT_NE(dot, nullptr);
  EXPECT_FALSE(dot->hollow);
}

TEST(RooflineChart, puts_a_dot_at_flops_over_bytes_and_gigaflops) {
  const auto chart = roofline_chart(*sample::analysed(sample::report()), nullptr, nullptr, {2, {}, {}});
  const auto* dot = find(chart, "mandelbrot/serial", "", false);
  ASSERT_NE(dot, nullptr);
  EXPECT_NEAR(dot->x, 2.4e9 / 7.68e6, 1e-9);
  EXPECT_NEAR(dot->y, 2.4 / 0.4, 0.05);  // the median of the repetitions is near 0.4 s
}

TEST(RooflineChart, keeps_the_highest_roof_of_each_kind_for_the_chosen_threads) {
  const auto chart = roofline_chart(*sample::analysed(sample::report()), nullptr, nullptr, {2, {}, {}});
  std::vector<double> heights;
  for (const auto& roof : chart.roofs) heights.push_back(roof.height);
  EXPECT_THAT(heights, ::testing::UnorderedElementsAre(32, 60, 200, 600, 360));
}

TEST(RooflineChart, draws_the_double_precision_roof_where_something_is_judged_by_it) {
  auto report = sample::report();
  for (auto& run : report.runs) run.precision = "fp64";
  const auto chart = roofline_chart(*sample::analysed(report), nullptr, nullptr, {2, {}, {}});
  EXPECT_TRUE(
      std::any_of(chart.roofs.begin(), chart.roofs.end(), [](const RoofLine& r) { return r.height == 180; }));
}

TEST(RooflineChart, a_roof_is_a_band_around_its_height) {
  auto report = sample::report();
  for (auto& roof : report.ceilings)
    roof.value.interval = Interval{*roof.value.number * 0.9, *roof.value.number * 1.05};
  const auto chart = roofline_chart(*sample::analysed(report), nullptr, nullptr, {2, {}, {}});
  for (const auto& roof : chart.roofs) {
    EXPECT_DOUBLE_EQ(roof.low, roof.height * 0.9);
    EXPECT_DOUBLE_EQ(roof.high, roof.height * 1.05);
  }
}

TEST(RooflineChart, joins_the_same_run_of_two_reports_by_a_move_with_the_change_in_time) {
  const auto base = sample::analysed(sample::report(1));
  const auto candidate = sample::analysed(sample::report(1.5));
  const auto comparison = compare(*base, *candidate, {});
  const auto chart = roofline_chart(*candidate, base.get(), &comparison, {2, {}, {}});
  EXPECT_EQ(chart.moves.size() * 2, chart.dots.size());
  const auto at = std::find_if(chart.moves.begin(), chart.moves.end(), [&](const DotMove& move) {
    return chart.dots[move.to].region == "decode/mlp";
  });
  ASSERT_NE(at, chart.moves.end());
  EXPECT_TRUE(chart.dots[at->from].baseline);
  EXPECT_EQ(at->label, "time +50.0 %");
  EXPECT_EQ(at->verdict, Verdict::regressed);
}

TEST(RooflineChart, frames_every_dot_in_positive_decades) {
  const auto chart = roofline_chart(*sample::analysed(sample::report()), nullptr, nullptr, {2, {}, {}});
  EXPECT_GT(chart.frame.x_low, 0);
  EXPECT_GT(chart.frame.y_low, 0);
  for (const auto& dot : chart.dots) {
    EXPECT_TRUE(dot.x > chart.frame.x_low && dot.x < chart.frame.x_high) << dot.label.toStdString();
    EXPECT_TRUE(dot.y > chart.frame.y_low && dot.y < chart.frame.y_high) << dot.label.toStdString();
  }
}

TEST(RooflineChart, never_passes_on_points_that_a_logarithmic_axis_cannot_hold) {
  Analysis analysis;
  RooflinePoint zero{.label = "zero",
                     .workload = "w",
                     .variant = "v",
                     .region = "",
                     .isa = "",
                     .threads = 1,
                     .intensity = sample::measured(0, "flop/B"),
                     .rate = sample::measured(1e9, "flop/s"),
                     .bytes_rate = {},
                     .roof_share = {},
                     .roof = "",
                     .weight = 1};
  analysis.roofline.points = {zero};
  EXPECT_TRUE(roofline_chart(analysis, nullptr, nullptr, {}).dots.empty());
  EXPECT_EQ(undrawable_texts(analysis.roofline).size(), 1U);
}

RooflinePoint kernel(const std::string& variant, const std::string& region, double weight) {
  return {.label = region,
          .workload = "w",
          .variant = variant,
          .region = region,
          .isa = "",
          .threads = 1,
          .intensity = sample::measured(1, "flop/B"),
          .rate = sample::measured(1e9, "flop/s"),
          .bytes_rate = {},
          .roof_share = {},
          .roof = "",
          .weight = weight};
}

TEST(RooflineChart, leaves_out_kernels_below_one_per_cent_and_counts_them) {
  Analysis analysis;
  analysis.roofline.points = {kernel("a", "large", 0.99), kernel("a", "small", 0.009)};
  EXPECT_EQ(roofline_chart(analysis, nullptr, nullptr, {}).dots.size(), 1U);
  EXPECT_THAT(undrawable_texts(analysis.roofline).back().toStdString(),
              ::testing::StartsWith("1 kernels that take less"));
}

TEST(RooflineChart, draws_the_kernels_of_the_chosen_run_and_every_whole_run) {
  Analysis analysis;
  analysis.roofline.points = {kernel("a", "", 1), kernel("a", "k", 0.5), kernel("b", "", 1),
                              kernel("b", "k", 0.5)};
  EXPECT_EQ(roofline_chart(analysis, nullptr, nullptr, {0, {}, "w/b"}).dots.size(), 3U);
}

TEST(RooflineChart, names_a_kernel_absent_from_many_runs_once) {
  Analysis analysis;
  for (const auto* variant : {"a", "b", "c"}) {
    analysis.roofline.points.push_back(kernel(variant, "copy", 0.5));
    analysis.roofline.points.back().intensity = sample::measured(0, "flop/B");
  }
  const auto texts = undrawable_texts(analysis.roofline);
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_TRUE(texts[0].startsWith("copy of 3 runs: zero"));
}

TEST(RooflineChart, says_why_a_run_is_not_drawn) {
  const auto texts = undrawable_texts(sample::analysed(sample::report())->roofline);
  const auto at =
      std::find_if(texts.begin(), texts.end(), [](const QString& t) { return t.startsWith("1brc/naive"); });
  ASSERT_NE(at, texts.end());
  EXPECT_TRUE(at->contains("not_declared") && at->contains("no floating-point work"));
}

TEST(AxisTicks, are_multiples_of_one_two_or_five) {
  const auto ticks = time_ticks(0, 1e6, 4);
  EXPECT_EQ(ticks.step_ns, 500'000);
  EXPECT_THAT(ticks.at_ns, ::testing::ElementsAre(0, 500'000, 1'000'000));
}

TEST(AxisTicks, neighbouring_labels_differ_when_zoomed_in_deeply) {
  const auto ticks = time_ticks(1.2345e9, 1.2345e9 + 1000, 5);
  ASSERT_GE(ticks.at_ns.size(), 2U);
  EXPECT_NE(time_label(ticks.at_ns[0], ticks.step_ns, 1.2345e9),
            time_label(ticks.at_ns[1], ticks.step_ns, 1.2345e9));
}

TEST(AxisTicks, label_two_and_five_between_the_decades) {
  EXPECT_THAT(log_minor_ticks(1, 100), ::testing::ElementsAre(2, 5, 20, 50));
}

}  // namespace
}  // namespace hpct
