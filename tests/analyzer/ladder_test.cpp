// SPDX-License-Identifier: Apache-2.0
#include "analyzer/ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/analysis.h"
#include "analyzer/bound.h"
#include "tests/analyzer/sample_report.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

/// A rung of a workload of flops and bytes.
Run rung(std::string variant, std::string isa, int threads, double seconds, double flops, double bytes) {
  auto run = sample::run_of("work", std::move(variant), std::move(isa), threads, seconds);
  sample::set_work(run.values, flops, bytes, 0);
  return run;
}

/// Keeps the report that the rungs point into.
struct Shown {
  explicit Shown(std::vector<Run> runs) {
    report = sample::report();
    report.runs = std::move(runs);
    add_metrics(report);
    ladders = ladders_of(report);
  }
  Report report;
  std::vector<Ladder> ladders;
};

void expect_product(const Rung& rung) {
  ASSERT_TRUE(rung.factors);
  const auto& [kind, work, roof, share] = *rung.factors;
  EXPECT_NEAR(*work.number * *roof.number * *share.number, *rung.step, 1e-9 * *rung.step);
}

TEST(Ladder, a_step_is_the_product_of_less_work_a_higher_roof_and_being_nearer_to_it) {
  const Shown shown({rung("a", "baseline", 1, 1.0, 1e9, 2e9), rung("b", "baseline", 1, 0.3, 1e9, 1e9),
                     rung("c", "baseline", 2, 0.2, 1e9, 1e9), rung("d", "avx512", 2, 0.1, 1e9, 1e9)});
  ASSERT_EQ(shown.ladders.size(), 1U);
  for (const auto& r : shown.ladders[0].rungs)
    if (r.step) expect_product(r);
}

TEST(Ladder, half_the_bytes_are_a_factor_of_two_and_modelled) {
  const Shown shown({rung("a", "baseline", 1, 1.0, 1e9, 2e9), rung("b", "baseline", 1, 0.3, 1e9, 1e9)});
  const auto& factors = *shown.ladders[0].rungs[1].factors;
  EXPECT_EQ(factors.kind, "bandwidth");
  EXPECT_DOUBLE_EQ(*factors.work.number, 2);
  EXPECT_EQ(factors.work.provenance, Provenance::modelled);
}

TEST(Ladder, twice_the_threads_are_twice_the_roof_and_measured) {
  const Shown shown({rung("a", "baseline", 1, 1.0, 1e9, 1e9), rung("b", "baseline", 2, 0.6, 1e9, 1e9)});
  const auto& factors = *shown.ladders[0].rungs[1].factors;
  EXPECT_DOUBLE_EQ(*factors.roof.number, 2);
  EXPECT_EQ(factors.roof.provenance, Provenance::measured);
}

TEST(Ladder, another_instruction_set_is_judged_by_the_arithmetic_roof) {
  const Shown shown({rung("a", "avx2", 1, 1.0, 1e9, 1e9), rung("b", "avx512", 1, 0.9, 1e9, 1e9)});
  const auto& factors = *shown.ladders[0].rungs[1].factors;
  EXPECT_EQ(factors.kind, "compute");
  EXPECT_DOUBLE_EQ(*factors.roof.number, 2);
}

TEST(Ladder, at_the_memory_roof_wider_instructions_are_judged_by_that) {
  const Shown shown({rung("a", "avx2", 1, 0.07, 1e9, 1e9), rung("b", "avx512", 1, 0.069, 1e9, 1e9)});
  EXPECT_EQ(shown.ladders[0].rungs[1].factors->kind, "bandwidth");
}

TEST(Ladder, without_roofs_has_steps_but_no_factors) {
  Shown shown({rung("a", "baseline", 1, 1.0, 1e9, 1e9), rung("b", "baseline", 1, 0.5, 1e9, 1e9)});
  shown.report.ceilings.clear();
  add_metrics(shown.report);
  const auto ladders = ladders_of(shown.report);
  EXPECT_DOUBLE_EQ(*ladders[0].rungs[1].step, 2);
  EXPECT_FALSE(ladders[0].rungs[1].factors);
}

TEST(Ladder, what_lies_beside_has_no_step) {
  auto beside = rung("scan", "baseline", 1, 0.1, 1e9, 1e9);
  beside.aside = true;
  const Shown shown({rung("a", "baseline", 1, 1.0, 1e9, 1e9), beside});
  ASSERT_EQ(shown.ladders[0].asides.size(), 1U);
  EXPECT_FALSE(shown.ladders[0].asides[0].step);
  EXPECT_EQ(shown.ladders[0].fastest().run->variant, "a");
}

TEST(Ladder, other_parameters_are_another_ladder) {
  auto other = rung("a", "baseline", 1, 1.0, 1e9, 1e9);
  other.parameters = {{"size", std::int64_t{2}}};
  EXPECT_EQ(Shown({rung("a", "baseline", 1, 1.0, 1e9, 1e9), other}).ladders.size(), 2U);
}

TEST(Bound, near_a_roof_is_that_roof) {
  const Shown shown({rung("a", "avx512", 2, 0.035, 1e8, 1e9)});
  EXPECT_EQ(bound_word(shown.ladders[0].rungs[0]), "memory");
}

TEST(Bound, of_lanes_that_wait_is_named_before_a_faster_sibling) {
  auto masked = rung("masked", "avx512", 1, 1.0, 1e9, 1e8);
  masked.values["vector.utilisation"] = Value::of(0.5, "%", Provenance::counted);
  const Shown shown({masked, rung("refill", "avx512", 1, 0.5, 1e9, 1e8)});
  EXPECT_EQ(bound_word(shown.ladders[0].rungs[0]), "idle lanes");
}

TEST(Bound, of_code_that_another_rung_beats_on_the_same_units_is_the_code) {
  const Shown shown({rung("a", "baseline", 1, 1.0, 1e9, 1e8), rung("b", "baseline", 1, 0.5, 1e9, 1e8)});
  EXPECT_EQ(bound_word(shown.ladders[0].rungs[0]), "its code");
}

TEST(Bound, that_no_number_shows_is_unknown_and_says_what_is_missing) {
  const Shown shown({rung("a", "baseline", 1, 1.0, 1e9, 1e8)});
  const auto& only = shown.ladders[0].rungs[0];
  EXPECT_EQ(bound_word(only), "unknown");
  EXPECT_THAT(unknown_bound(shown.report, *only.run), HasSubstr("this virtual machine shows no PMU"));
}

TEST(Bound, of_threads_that_waited_for_cores_is_the_machine) {
  auto run = rung("a", "baseline", 1, 1.0, 1e9, 1e8);
  for (auto& repetition : run.repetitions) repetition.disturbance.run_delay_ns = repetition.wall_ns / 10;
  const Shown shown({run});
  EXPECT_EQ(bound_word(shown.ladders[0].rungs[0]), "busy machine");
}

TEST(Bound, of_threads_that_hardly_waited_is_not_the_machine) {
  auto run = rung("a", "baseline", 1, 1.0, 1e9, 1e8);
  for (auto& repetition : run.repetitions) repetition.disturbance.run_delay_ns = repetition.wall_ns / 100;
  EXPECT_EQ(bound_word(Shown({run}).ladders[0].rungs[0]), "unknown");
}

TEST(Reading, names_the_fastest_its_bound_and_what_to_try) {
  const Shown shown({rung("a", "avx512", 2, 0.35, 1e8, 1e9), rung("b", "avx512", 2, 0.035, 1e8, 1e9)});
  const auto text = reading_of(shown.report, shown.ladders[0]);
  EXPECT_THAT(text, HasSubstr("Fastest: b, 10.0x as fast as a. Bound by memory: it moves 28.6 GB/s"));
  EXPECT_THAT(text, HasSubstr("Move fewer bytes"));
}

}  // namespace
}  // namespace hpct
