// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "collector/clock.h"
#include "collector/recorder.h"
#include "reports/file_io.h"
#include "tests/workloads/counted.h"
#include "tests/workloads/workload_under_test.h"
#include "workloads/mandelbrot_kernels.h"
#include "workloads/mandelbrot_pictures.h"

namespace hpct {
namespace {

using ::testing::StartsWith;

const WorkloadInfo& mandelbrot() { return find_workload("mandelbrot"); }

std::filesystem::path temporary(const std::string& name) {
  return std::filesystem::path(::testing::TempDir()) / fmt::format("mandelbrot_{}_{}", ::getpid(), name);
}

/// Which pixels are compared: view, width, height, iterations.
struct Shape {
  int view, width, height, iterations;
};

class EveryVariant : public ::testing::TestWithParam<Shape> {};

TEST_P(EveryVariant, gives_the_counts_of_the_definition) {
  const auto [view, width, height, iterations] = GetParam();
  const auto settings =
      settings_for(mandelbrot(), 3,
                   {fmt::format("view={}", view), fmt::format("width={}", width),
                    fmt::format("height={}", height), fmt::format("iterations={}", iterations)});
  const auto workload = prepared(mandelbrot(), settings);
  for (const auto& variant : runnable_variants(mandelbrot(), settings))
    EXPECT_EQ(run_and_verify(*workload, variant), "");
}

std::string name_of_shape(const ::testing::TestParamInfo<Shape>& test) {
  const auto& [view, width, height, iterations] = test.param;
  return fmt::format("view{}_{}x{}_{}", view, width, height, iterations);
}

INSTANTIATE_TEST_SUITE_P(Mandelbrot, EveryVariant,
                         ::testing::Values(Shape{1, 163, 121, 1}, Shape{1, 163, 121, 7},
                                           Shape{1, 163, 121, 256}, Shape{2, 163, 121, 1},
                                           Shape{2, 163, 121, 7}, Shape{2, 163, 121, 256}, Shape{1, 1, 1, 8},
                                           Shape{1, 17, 2, 1000}, Shape{2, 5, 33, 100},
                                           Shape{1, 640, 480, 256}, Shape{2, 640, 480, 333},
                                           Shape{3, 320, 240, 256}, Shape{4, 320, 240, 256},
                                           Shape{5, 320, 240, 256}, Shape{6, 320, 240, 256}),
                         name_of_shape);

TEST(Mandelbrot, offers_only_serial_as_single_threaded) {
  const auto settings = settings_for(mandelbrot(), 2, {});
  for (const auto& variant : mandelbrot().variants(settings))
    EXPECT_EQ(variant.parallel, variant.name != "serial") << variant.name;
}

TEST(Mandelbrot, an_unknown_variant_is_an_error) {
  const auto settings = settings_for(mandelbrot(), 1, {"width=9", "height=9"});
  const auto workload = prepared(mandelbrot(), settings);
  EXPECT_FALSE(workload->run({.name = "no such variant", .summary = ""}));
}

TEST(Mandelbrot, verifying_twice_gives_the_same_answer) {
  const auto settings = settings_for(mandelbrot(), 1, {"width=9", "height=9"});
  const auto workload = prepared(mandelbrot(), settings);
  const auto variant = mandelbrot().variants(settings).front();
  ASSERT_EQ(run_and_verify(*workload, variant), "");
  const auto again = workload->verify(variant);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->ok);
}

/// Steps of one orbit in the same precision, written once more and differently: by |z|^2 first.
long brute_force_steps(float x, float y, int limit) {
  float a = x;
  float b = y;
  long steps = 0;
  for (float size = a * a + b * b; !(size > 4.0F) && steps < limit; size = a * a + b * b, ++steps) {
    const float product = (a + a) * b;
    a = (a * a - b * b) + x;
    b = product + y;
  }
  return steps;
}

TEST(Mandelbrot, flops_are_eight_per_iteration_of_a_brute_force_count) {
  const int width = 31;
  const int height = 23;
  const auto settings = settings_for(mandelbrot(), 1, {"width=31", "height=23", "iterations=50"});
  const auto workload = prepared(mandelbrot(), settings);
  long steps = 0;
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < width; ++column)
      steps += brute_force_steps(-2.0F + static_cast<float>(column) * (3.0F / width),
                                 -1.0F + static_cast<float>(row) * (2.0F / height), 50);
  const auto work = workload->work(mandelbrot().variants(settings).front());
  EXPECT_EQ(work.total.flops->amount, 8.0 * static_cast<double>(steps));
}

/// The orbit in a type that counts; the squares serve the question and the step. Returns what the last,
/// refused step had computed for its question, which the convention leaves out.
double unfinished_operations(Counted x, Counted y, int limit) {
  Counted re = x;
  Counted im = y;
  for (int step = 0; step < limit; ++step) {
    const Counted re_re = re * re;
    const Counted im_im = im * im;
    if (static_cast<float>(re_re + im_im) > 4.0F) return 3;
    im = 2.0F * re * im + y;
    re = re_re - im_im + x;
  }
  return 0;
}

TEST(Mandelbrot, flops_are_what_a_counting_type_counts_in_the_steps_that_are_made) {
  const int width = 31;
  const int height = 23;
  const auto settings = settings_for(mandelbrot(), 1, {"width=31", "height=23", "iterations=50"});
  const auto workload = prepared(mandelbrot(), settings);
  double unfinished = 0;
  const double all = count_of([&] {
    for (int row = 0; row < height; ++row)
      for (int column = 0; column < width; ++column)
        unfinished += unfinished_operations(-2.0F + static_cast<float>(column) * (3.0F / width),
                                            -1.0F + static_cast<float>(row) * (2.0F / height), 50);
  });
  const auto work = workload->work(mandelbrot().variants(settings).front());
  EXPECT_EQ(work.total.flops->amount, all - unfinished);
}

TEST(Mandelbrot, declares_pixels_and_written_bytes) {
  const auto settings = settings_for(mandelbrot(), 1, {"width=31", "height=23"});
  const auto workload = prepared(mandelbrot(), settings);
  const auto work = workload->work(mandelbrot().variants(settings).front());
  EXPECT_EQ(work.total.items->amount, 31 * 23);
  EXPECT_EQ(work.total.bytes_written->amount, 4 * 31 * 23);
  EXPECT_EQ(work.total.bytes_read->amount, 0);
  EXPECT_EQ(work.regions.at("render").items->amount, 31 * 23);
}

/// Calls of each region name per thread, in one run of the variant.
std::vector<std::map<std::string, int>> recorded_calls(const std::string& name, int threads) {
  const auto settings = settings_for(mandelbrot(), threads, {"width=40", "height=20"});
  const auto workload = prepared(mandelbrot(), settings);
  recorder::take();
  recorder::start();
  EXPECT_TRUE(workload->run({.name = name, .summary = ""}));
  recorder::stop();
  std::vector<std::map<std::string, int>> calls;
  const auto recording = recorder::take();
  for (const auto& thread : recording.threads) {
    calls.emplace_back();
    for (const auto& record : thread.records) ++calls.back()[recording.place(record.site).name];
  }
  return calls;
}

TEST(Mandelbrot, every_thread_records_one_render_region) {
  const auto calls = recorded_calls("interleaved-rows", 3);
  ASSERT_EQ(calls.size(), 3U);
  for (const auto& thread : calls) EXPECT_EQ(thread.at("render"), 1);
}

TEST(Mandelbrot, rows_are_recorded_one_by_one) {
  const auto calls = recorded_calls("serial", 2);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].at("rows"), 20);
}

TEST(Mandelbrot, writes_the_picture_of_the_first_verified_run) {
  const auto file = temporary("picture.ppm");
  const auto settings = settings_for(mandelbrot(), 1, {"width=21", "height=13", "picture=" + file.string()});
  const auto workload = prepared(mandelbrot(), settings);
  ASSERT_EQ(run_and_verify(*workload, mandelbrot().variants(settings).front()), "");
  const auto content = read_file(file);
  std::filesystem::remove(file);
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_THAT(*content, StartsWith("P6\n21 13\n255\n"));
  EXPECT_EQ(content->size(), std::string("P6\n21 13\n255\n").size() + 21 * 13 * 3);
}

TEST(Mandelbrot, the_cost_of_a_tile_is_drawn_relative_to_the_most_expensive_one) {
  const MandelbrotGrid grid{
      .left = 0, .bottom = 0, .step_x = 0, .step_y = 0, .width = 2 * kTile, .height = 1, .iterations = 9};
  std::vector<std::int32_t> counts(static_cast<std::size_t>(grid.width), 9);
  std::fill(counts.begin(), counts.begin() + kTile, 3);
  const auto picture = paint_cost(grid, counts);
  EXPECT_EQ(std::vector<int>(picture.rgb.begin(), picture.rgb.begin() + 3), (std::vector<int>{255, 0, 0}));
  EXPECT_EQ(std::vector<int>(picture.rgb.end() - 3, picture.rgb.end()), (std::vector<int>{255, 255, 255}));
}

TEST(Mandelbrot, fused_variants_stand_beside_the_ladder) {
  for (const auto& variant : mandelbrot().variants(settings_for(mandelbrot(), 1, {})))
    EXPECT_EQ(variant.aside, variant.name.ends_with("-fused")) << variant.name;
}

TEST(Mandelbrot, fused_steps_give_another_picture) {
  const auto settings = settings_for(mandelbrot(), 1, {"view=2", "width=320", "height=240"});
  const auto workload = prepared(mandelbrot(), settings);
  const auto variants = runnable_variants(mandelbrot(), settings);
  double exact = 0;
  double fused = 0;
  for (const auto& variant : variants) {
    ASSERT_EQ(run_and_verify(*workload, variant), "");
    (variant.aside ? fused : exact) = workload->work(variant).total.flops->amount;
  }
  if (fused == 0) GTEST_SKIP() << "no fused variant runs on this CPU";
  EXPECT_NE(exact, fused);
}

TEST(Mandelbrot, a_picture_that_cannot_be_written_is_an_io_error_with_a_hint) {
  const auto file = temporary("no_such_folder") / "picture.png";
  const auto settings = settings_for(mandelbrot(), 1, {"width=8", "height=8", "picture=" + file.string()});
  const auto workload = prepared(mandelbrot(), settings);
  const auto variant = mandelbrot().variants(settings).front();
  ASSERT_TRUE(workload->run(variant));
  const auto check = workload->verify(variant);
  ASSERT_FALSE(check);
  EXPECT_EQ(check.error().code, ErrorCode::io);
  EXPECT_FALSE(check.error().hint.empty());
}

TEST(Mandelbrot, a_picture_of_unknown_format_is_refused_before_any_work) {
  const auto made = mandelbrot().make(settings_for(mandelbrot(), 1, {"picture=set.gif"}));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::usage);
}

TEST(Mandelbrot, zero_iterations_are_out_of_range) {
  const auto parameters = resolve_parameters(mandelbrot(), {"iterations=0"});
  ASSERT_FALSE(parameters);
  EXPECT_EQ(parameters.error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace hpct
