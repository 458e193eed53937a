// SPDX-License-Identifier: Apache-2.0
#include "collector/ceilings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hpct {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A run of a limit whose repetitions took so many milliseconds.
Run limit_run(const std::string& variant, const std::string& work, double amount,
              const std::vector<int>& milliseconds) {
  Run run;
  run.workload = "ceilings";
  run.role = "ceiling";
  run.variant = variant;
  run.values[work] = Value::of(amount, "B", Provenance::counted);
  for (const int ms : milliseconds)
    run.repetitions.push_back({.wall_ns = ms * 1'000'000, .cpu_ns = 0, .disturbance = {}});
  return run;
}

/// The only ceiling of the run.
Ceiling only_ceiling(const Run& run) {
  const auto ceilings = ceilings_from({run});
  EXPECT_EQ(ceilings.size(), 1U);
  return ceilings.empty() ? Ceiling{} : ceilings.front();
}

TEST(CeilingsFrom, reads_id_isa_and_threads_from_the_variant) {
  const auto ceiling = only_ceiling(limit_run("dram.load/avx512/2", "work.bytes_read", 1e9, {10}));
  EXPECT_EQ(ceiling.id, "dram.load");
  EXPECT_EQ(ceiling.isa, "avx512");
  EXPECT_EQ(ceiling.threads, 2);
}

TEST(CeilingsFrom, bandwidth_has_its_level_and_unit) {
  const auto ceiling = only_ceiling(limit_run("l2.load/avx2/1", "work.bytes_read", 1e9, {10}));
  EXPECT_EQ(ceiling.kind, "bandwidth");
  EXPECT_EQ(ceiling.level, "L2");
  EXPECT_EQ(ceiling.value.unit, "B/s");
}

TEST(CeilingsFrom, arithmetic_has_no_level_and_counts_flops) {
  const auto ceiling = only_ceiling(limit_run("fma.fp64/avx2/1", "work.flops", 1e9, {10}));
  EXPECT_EQ(ceiling.kind, "compute");
  EXPECT_EQ(ceiling.level, "");
  EXPECT_EQ(ceiling.value.unit, "flop/s");
}

TEST(CeilingsFrom, value_is_the_median_rate_and_is_measured) {
  const auto ceiling = only_ceiling(limit_run("l1.load/avx2/1", "work.bytes_read", 1e9, {10, 20, 5}));
  EXPECT_DOUBLE_EQ(*ceiling.value.number, 1e9 / 0.010);
  EXPECT_EQ(ceiling.value.provenance, Provenance::measured);
}

TEST(CeilingsFrom, band_is_the_tenth_to_the_ninety_fifth_percentile_of_the_rates) {
  // Rates 1e9 / t: 25, 50, 100, 200, 250 GB/s; type 7 quantiles at 0.4 and 3.8 of the gaps.
  const auto ceiling = only_ceiling(limit_run("l1.load/avx2/1", "work.bytes_read", 1e9, {40, 20, 10, 5, 4}));
  ASSERT_TRUE(ceiling.value.interval);
  EXPECT_NEAR(ceiling.value.interval->low, 35e9, 1);
  EXPECT_NEAR(ceiling.value.interval->high, 240e9, 1);
}

/// The clock of repetition i before and after it.
void set_clock(Run& run, std::size_t i, double before, double after) {
  run.repetitions[i].disturbance.clock_before_hz = before;
  run.repetitions[i].disturbance.clock_after_hz = after;
}

TEST(CeilingsFrom, samples_during_which_the_clock_changed_are_discarded) {
  auto run = limit_run("l1.load/avx2/1", "work.bytes_read", 1e9, {10, 10, 10, 10, 10, 20});
  for (std::size_t i = 0; i < 5; ++i) set_clock(run, i, 3.00e9, 3.02e9);
  set_clock(run, 5, 3e9, 1.5e9);
  const auto ceiling = only_ceiling(run);
  EXPECT_EQ(ceiling.samples, 5);
  EXPECT_EQ(ceiling.discarded, 1);
  EXPECT_EQ(ceiling.value.interval->low, 1e11);
  EXPECT_EQ(ceiling.clock_hz, 3e9);
}

TEST(CeilingsFrom, with_too_few_steady_samples_all_are_kept) {
  auto run = limit_run("l1.load/avx2/1", "work.bytes_read", 1e9, {10, 10, 10, 10, 20});
  for (std::size_t i = 0; i < 4; ++i) set_clock(run, i, 3e9, 3e9);
  set_clock(run, 4, 3e9, 1.5e9);
  EXPECT_EQ(only_ceiling(run).samples, 5);
  EXPECT_EQ(only_ceiling(run).discarded, 0);
}

TEST(CeilingsFrom, a_triad_counts_what_it_loads_and_what_it_stores) {
  auto run = limit_run("dram.nt_triad/avx2/1", "work.bytes_read", 2e9, {1000});
  run.values["work.bytes_written"] = Value::of(1e9, "B", Provenance::counted);
  EXPECT_DOUBLE_EQ(*only_ceiling(run).value.number, 3e9);
}

TEST(CeilingsFrom, keeps_the_working_set_and_its_plateau) {
  auto run = limit_run("l2.load/avx2/1", "work.bytes_read", 1e9, {10});
  run.values["set.bytes"] = Value::of(262144, "B", Provenance::counted);
  run.values["set.low"] = Value::of(65536, "B", Provenance::counted);
  run.values["set.high"] = Value::of(1048576, "B", Provenance::counted);
  run.values["set.page"] = Value::of(2097152, "B", Provenance::counted);
  const auto ceiling = only_ceiling(run);
  EXPECT_EQ(ceiling.set_bytes, 262144);
  EXPECT_EQ(ceiling.plateau, (ByteRange{65536, 1048576}));
  EXPECT_EQ(ceiling.pages, "2 MiB");
}

TEST(CeilingsFrom, says_that_dram_is_that_of_the_cores_used) {
  EXPECT_THAT(only_ceiling(limit_run("dram.load/avx2/2", "work.bytes_read", 1, {1})).convention,
              HasSubstr("what 2 core(s) get, not what the socket has"));
}

TEST(CeilingsFrom, integer_operations_are_no_flops) {
  EXPECT_EQ(only_ceiling(limit_run("dot.int8/avx512_vnni/1", "work.flops", 1e9, {10})).value.unit, "op/s");
}

TEST(CeilingsFrom, undeclared_work_is_missing_and_not_zero) {
  const auto ceiling = only_ceiling(limit_run("l1.load/avx2/1", "work.flops", 1e9, {10}));
  EXPECT_FALSE(ceiling.value.known());
  EXPECT_EQ(ceiling.value.reason, MissingReason::not_declared);
  EXPECT_EQ(ceiling.value.unit, "B/s");
}

TEST(CeilingsFrom, a_run_without_repetitions_is_missing) {
  const auto ceiling = only_ceiling(limit_run("l1.load/avx2/1", "work.bytes_read", 1e9, {}));
  EXPECT_EQ(ceiling.value.reason, MissingReason::too_few);
}

TEST(CeilingsFrom, says_that_the_baseline_has_no_fused_multiply_add) {
  EXPECT_THAT(only_ceiling(limit_run("fma.fp32/baseline/1", "work.flops", 1, {1})).convention,
              HasSubstr("no FMA"));
  EXPECT_THAT(only_ceiling(limit_run("fma.fp32/avx2/1", "work.flops", 1, {1})).convention,
              HasSubstr("fused"));
}

TEST(CeilingsFrom, says_how_bytes_are_counted) {
  EXPECT_THAT(only_ceiling(limit_run("l3.load/avx2/1", "work.bytes_read", 1, {1})).convention,
              HasSubstr("bytes loaded"));
}

TEST(CeilingsFrom, passes_over_runs_of_another_role) {
  auto run = limit_run("l1.load/avx2/1", "work.bytes_read", 1e9, {10});
  run.role = "workload";
  EXPECT_THAT(ceilings_from({run}), IsEmpty());
}

class NoLimit : public ::testing::TestWithParam<const char*> {};

TEST_P(NoLimit, is_passed_over) {
  EXPECT_THAT(ceilings_from({limit_run(GetParam(), "work.bytes_read", 1e9, {10})}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Names, NoLimit,
                         ::testing::Values("", "l1.load", "l1.sum/avx2/1", "l1.load/avx2", "l9.load/avx2/1",
                                           "l1.load/avx2/x", "l1.load/avx2/2x", "l1.load/avx2/0",
                                           "l1.load/avx2/"));

TEST(CeilingsFrom, keeps_the_order_of_the_runs) {
  const auto ceilings = ceilings_from({limit_run("fma.fp32/avx2/1", "work.flops", 1, {1}),
                                       limit_run("l1.load/avx2/1", "work.bytes_read", 1, {1})});
  ASSERT_EQ(ceilings.size(), 2U);
  EXPECT_EQ(ceilings[0].id, "fma.fp32");
  EXPECT_EQ(ceilings[1].id, "l1.load");
}

}  // namespace
}  // namespace hpct
