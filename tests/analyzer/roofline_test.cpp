// SPDX-License-Identifier: Apache-2.0
#include "analyzer/roofline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/analysis.h"
#include "tests/analyzer/sample_report.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

/// A run of the rates given, under the sample's roofs.
struct Case {
  Report report;
  Run run;
  ValueMap values;

  Case(double flops_rate, double bytes_rate, const std::string& isa = "avx512", int threads = 2) {
    report.ceilings = sample::roofs();
    run = sample::run_of("w", "v", isa, threads, 1);
    if (flops_rate >= 0) values["flops.rate"] = sample::modelled(flops_rate, "flop/s");
    if (bytes_rate >= 0) values["bytes.rate"] = sample::modelled(bytes_rate, "B/s");
  }
  [[nodiscard]] BindingRoof roof() const { return binding_roof(report, run, values); }
};

TEST(BindingRoof, low_intensity_binds_to_memory) {
  const Case c(8e9, 16e9);
  const auto roof = c.roof();
  ASSERT_NE(roof.ceiling, nullptr);
  EXPECT_EQ(roof.ceiling->id, "dram.load");
  EXPECT_EQ(roof.ceiling->threads, 2);
  EXPECT_DOUBLE_EQ(*roof.attainable.number, 16e9);  // 0.5 flop/B * 32 GB/s
  EXPECT_DOUBLE_EQ(*roof.share.number, 0.5);
}

TEST(BindingRoof, high_intensity_binds_to_arithmetic) {
  const Case c(90e9, 1e9);
  const auto roof = c.roof();
  ASSERT_NE(roof.ceiling, nullptr);
  EXPECT_EQ(roof.ceiling->id, "fma.fp32");
  EXPECT_DOUBLE_EQ(*roof.share.number, 0.25);
}

TEST(BindingRoof, traffic_faster_than_dram_is_judged_by_the_next_cache) {
  const Case c(-1, 45e9);
  const auto roof = c.roof();
  ASSERT_NE(roof.ceiling, nullptr);
  EXPECT_EQ(roof.ceiling->level, "L3");
  EXPECT_DOUBLE_EQ(*roof.share.number, 0.75);
}

TEST(BindingRoof, traffic_a_little_above_a_roof_is_still_at_that_roof) {
  const Case c(-1, 33e9);
  EXPECT_EQ(c.roof().ceiling->level, "DRAM");
}

TEST(BindingRoof, traffic_above_every_roof_is_missing_and_says_so) {
  const Case c(-1, 1e12);
  EXPECT_EQ(c.roof().ceiling, nullptr);
  EXPECT_THAT(c.roof().share.detail, HasSubstr("above every"));
}

TEST(BindingRoof, work_without_flops_is_judged_on_bytes_only) {
  const Case c(0, 16e9);
  EXPECT_EQ(c.roof().ceiling->level, "DRAM");
  EXPECT_EQ(c.roof().attainable.unit, "B/s");
}

TEST(BindingRoof, work_without_bytes_is_judged_on_arithmetic_only) {
  const Case c(90e9, 0);
  EXPECT_EQ(c.roof().ceiling->kind, "compute");
}

TEST(BindingRoof, the_compute_roof_is_that_of_the_runs_instruction_set) {
  const Case c(12e9, 1e6, "baseline", 1);
  EXPECT_EQ(c.roof().ceiling->isa, "baseline");
  EXPECT_DOUBLE_EQ(*c.roof().share.number, 0.5);
}

TEST(BindingRoof, no_roof_for_a_thread_count_says_how_to_measure_one) {
  const Case c(1e9, 1e9, "avx512", 8);
  const auto share = c.roof().share;
  EXPECT_EQ(share.reason, MissingReason::no_ceiling);
  EXPECT_THAT(share.detail, HasSubstr("8 threads"));
  EXPECT_THAT(share.detail, HasSubstr("hpct-prof run ceilings --threads 8"));
}

TEST(BindingRoof, no_roof_for_an_instruction_set_is_missing_and_names_it) {
  const Case c(1e9, 1e9, "neon");
  EXPECT_EQ(c.roof().share.reason, MissingReason::no_ceiling);
  EXPECT_THAT(c.roof().share.detail, HasSubstr("neon"));
}

TEST(BindingRoof, bf16_code_without_a_roof_of_its_own_borrows_the_avx512_one) {
  const Case c(90e9, 1e6, "avx512_bf16");
  EXPECT_EQ(c.roof().ceiling->isa, "avx512");
}

TEST(BindingRoof, an_extension_of_neon_without_a_roof_of_its_own_borrows_that_of_neon) {
  Case c(90e9, 1e6, "neon_dotprod");
  c.report.ceilings.push_back(sample::roof("fma.fp32", "", "neon", 2, 180e9));
  EXPECT_DOUBLE_EQ(*c.roof().share.number, 0.5);
}

TEST(BindingRoof, double_precision_is_judged_by_its_own_roof) {
  const Case c(90e9, 1e6);
  const auto roof = binding_roof(c.report, c.run, c.values, "fp64");
  EXPECT_EQ(roof.ceiling->id, "fma.fp64");
  EXPECT_DOUBLE_EQ(*roof.share.number, 0.5);  // of 2 threads' 180 Gflop/s, not of their 360 in fp32
}

TEST(BindingRoof, double_precision_without_a_roof_is_not_judged_by_another) {
  Case c(90e9, 1e6);
  std::erase_if(c.report.ceilings, [](const Ceiling& roof) { return roof.id == "fma.fp64"; });
  EXPECT_FALSE(binding_roof(c.report, c.run, c.values, "fp64").share.known());
}

TEST(BindingRoof, dot_products_have_their_own_roof_where_one_was_measured) {
  Case c(45e9, 1e6, "avx512_bf16");
  c.report.ceilings.push_back(sample::roof("dot.bf16", "", "avx512_bf16", 2, 90e9));
  EXPECT_DOUBLE_EQ(*c.roof().share.number, 0.5);
}

TEST(BindingRoof, copies_and_triads_are_no_roofs_of_programs) {
  Case c(-1, 30e9);
  c.report.ceilings.push_back(sample::roof("dram.nt_triad", "DRAM", "avx512", 2, 31e9));
  EXPECT_EQ(c.roof().ceiling->id, "dram.load");
}

TEST(BindingRoof, is_reached_inside_its_band) {
  Case c(-1, 30e9);
  for (auto& roof : c.report.ceilings)
    roof.value.interval = Interval{*roof.value.number * 0.95, *roof.value.number * 1.02};
  EXPECT_FALSE(c.roof().reached);  // 30 of 30.4 to 32.6
  c.values["bytes.rate"] = sample::measured(30.5e9, "B/s");
  EXPECT_TRUE(c.roof().reached);
}

TEST(BindingRoof, a_roof_without_a_band_is_reached_at_its_height) {
  Case c(-1, 31.9e9);
  EXPECT_FALSE(c.roof().reached);
  c.values["bytes.rate"] = sample::measured(32e9, "B/s");
  EXPECT_TRUE(c.roof().reached);
}

TEST(BindingRoof, undeclared_work_keeps_its_reason) {
  Case c(-1, -1);
  c.values["flops.rate"] = Value::missing("flop/s", MissingReason::not_declared, "no flops");
  EXPECT_EQ(c.roof().share.reason, MissingReason::not_declared);
}

TEST(BindingRoof, a_missing_roof_is_never_used) {
  Case c(-1, 1e9);
  for (auto& ceiling : c.report.ceilings) ceiling.value = Value::missing("B/s", MissingReason::too_few);
  EXPECT_EQ(c.roof().ceiling, nullptr);
}

TEST(BindingRoof, the_share_is_as_weak_as_the_work_it_rests_on) {
  EXPECT_EQ(Case(-1, 16e9).roof().share.provenance, Provenance::modelled);
}

TEST(Roofline, runs_and_regions_that_declare_work_become_points) {
  const auto roofline = analyze(sample::report()).roofline;
  std::vector<std::string> labels;
  for (const auto& point : roofline.points) labels.push_back(point.label);
  EXPECT_THAT(labels, ::testing::ElementsAre("serial", "block-rows", "dynamic", "bf16", "decode/mlp",
                                             "decode/lm_head", "decode/attention"));
}

TEST(Roofline, a_run_without_flops_cannot_be_drawn_and_says_why) {
  const auto roofline = analyze(sample::report()).roofline;
  ASSERT_EQ(roofline.undrawable.size(), 3U);
  EXPECT_EQ(roofline.undrawable[0].workload, "1brc");
  EXPECT_EQ(roofline.undrawable[0].rate.reason, MissingReason::not_declared);
  EXPECT_EQ(roofline.undrawable[2].roof, "DRAM");
}

TEST(Roofline, a_region_that_frames_all_of_the_runs_work_is_not_a_second_point) {
  auto report = sample::report();
  auto run = report.runs[5];
  for (const auto* name : {"work.flops", "work.bytes_read", "work.bytes_written"})
    run.regions[0].values[name] = run.values[name];
  report.runs = {run};
  EXPECT_EQ(analyze(report).roofline.points.size(), 1U);
}

TEST(Roofline, a_region_without_declared_work_is_not_listed_as_undrawable) {
  auto report = sample::report();
  report.runs = {report.runs[5]};
  report.runs[0].regions[0].values["work.flops"] = Value::missing("flop", MissingReason::not_declared, "");
  EXPECT_TRUE(analyze(report).roofline.undrawable.empty());
}

TEST(Roofline, ceiling_runs_are_not_points) {
  auto report = sample::report();
  for (auto& run : report.runs) run.role = "ceiling";
  const auto roofline = analyze(report).roofline;
  EXPECT_TRUE(roofline.points.empty());
  EXPECT_TRUE(roofline.undrawable.empty());
}

TEST(Roofline, roofs_are_named_as_people_name_them) {
  EXPECT_EQ(roof_name(sample::roof("dram.load", "DRAM", "avx512", 1, 1)), "DRAM");
  EXPECT_EQ(roof_name(sample::roof("fma.fp32", "", "avx512", 1, 1)), "FP32 avx512");
}

}  // namespace
}  // namespace hpct
