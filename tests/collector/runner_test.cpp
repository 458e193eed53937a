// SPDX-License-Identifier: Apache-2.0
#include "collector/runner.h"

#include <gmock/gmock.h>
#include <hpct/region.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include "tests/collector/scripted_source.h"
#include "tests/collector/scripted_workload.h"

namespace hpct {
namespace {

using ::testing::HasSubstr;

/// Exactly `repetitions`, whatever the clock says.
RunnerOptions exactly(int repetitions) {
  RunnerOptions options;
  options.min_repetitions = repetitions;
  options.max_repetitions = repetitions;
  options.budget_s = 1000;
  return options;
}

struct Bench {
  ScriptedWorkload workload;
  CounterSet counters;
  RunnerOptions options = exactly(3);
  RecordingObserver observer;

  ScriptedSource& add_source(std::deque<Readings> script) {
    auto source = std::make_unique<ScriptedSource>(std::move(script));
    auto& reference = *source;
    counters.sources.push_back(std::move(source));
    return reference;
  }

  Expected<std::vector<MeasuredRun>> measure(const std::vector<std::string>& names) {
    const auto variants = variants_named(names);
    Settings settings;
    return hpct::measure(scripted_info(), workload, variants, settings, counters, options, observer);
  }
};

std::map<std::string, std::ptrdiff_t> counts_of(const std::vector<std::string>& names) {
  std::map<std::string, std::ptrdiff_t> counts;
  for (const auto& name : names) ++counts[name];
  return counts;
}

TEST(Runner, every_variant_gets_a_warm_up_and_its_repetitions) {
  Bench bench;
  const auto runs = bench.measure({"naive", "fast"}).value();
  EXPECT_EQ(counts_of(bench.workload.runs),
            (std::map<std::string, std::ptrdiff_t>{{"naive", 4}, {"fast", 4}}));
  EXPECT_EQ(runs[0].run.repetitions.size(), 3U);
}

TEST(Runner, every_repetition_is_verified_the_warm_up_too) {
  Bench bench;
  ASSERT_TRUE(bench.measure({"naive", "fast"}));
  EXPECT_EQ(bench.workload.verified, bench.workload.runs);
}

TEST(Runner, runs_come_back_in_the_order_of_the_variants) {
  Bench bench;
  const auto runs = bench.measure({"z", "a", "m"}).value();
  EXPECT_EQ(runs[0].run.variant, "z");
  EXPECT_EQ(runs[1].run.variant, "a");
  EXPECT_EQ(runs[2].run.variant, "m");
}

TEST(Runner, rounds_hold_every_variant_once) {
  Bench bench;
  bench.options = exactly(10);
  ASSERT_TRUE(bench.measure({"a", "b", "c"}));
  for (std::size_t round = 0; round < 11; ++round) {
    const auto begin = bench.workload.runs.begin() + static_cast<std::ptrdiff_t>(3 * round);
    EXPECT_THAT(std::vector(begin, begin + 3), ::testing::UnorderedElementsAre("a", "b", "c"));
  }
}

TEST(Runner, the_order_within_rounds_varies) {
  Bench bench;
  bench.options = exactly(20);
  ASSERT_TRUE(bench.measure({"a", "b"}));
  int a_first = 0;
  for (std::size_t i = 0; i < bench.workload.runs.size(); i += 2) a_first += bench.workload.runs[i] == "a";
  EXPECT_GT(a_first, 2);
  EXPECT_LT(a_first, 19);
}

TEST(Runner, one_seed_gives_one_order) {
  Bench first;
  Bench second;
  first.options = second.options = exactly(10);
  ASSERT_TRUE(first.measure({"a", "b", "c"}));
  ASSERT_TRUE(second.measure({"a", "b", "c"}));
  EXPECT_EQ(first.workload.runs, second.workload.runs);
}

TEST(Runner, another_seed_gives_another_order) {
  Bench first;
  Bench second;
  first.options = second.options = exactly(10);
  second.options.seed = 2;
  ASSERT_TRUE(first.measure({"a", "b", "c"}));
  ASSERT_TRUE(second.measure({"a", "b", "c"}));
  EXPECT_NE(first.workload.runs, second.workload.runs);
}

TEST(Runner, the_maximum_of_repetitions_is_respected) {
  Bench bench;
  bench.options.precision = 0;  // never precise enough
  bench.options.budget_s = 1000;
  bench.options.max_repetitions = 9;
  EXPECT_EQ(bench.measure({"a"}).value()[0].run.repetitions.size(), 9U);
}

TEST(Runner, the_minimum_of_repetitions_is_respected_after_the_budget) {
  Bench bench;
  bench.workload.on_run = [](const Variant&) {
    spin_ns(1'000'000);
    return Expected<void>{};
  };
  bench.options = {.min_repetitions = 7, .max_repetitions = 50, .insist_on_minimum = true, .budget_s = 1e-4};
  EXPECT_EQ(bench.measure({"a"}).value()[0].run.repetitions.size(), 7U);
}

TEST(Runner, a_minimum_nobody_asked_for_is_given_up_after_three_budgets) {
  Bench bench;
  bench.workload.on_run = [](const Variant&) {
    spin_ns(5'000'000);
    return Expected<void>{};
  };
  bench.options = {.min_repetitions = 50, .max_repetitions = 60, .budget_s = 5e-3};
  const auto repetitions = bench.measure({"a"}).value()[0].run.repetitions.size();
  EXPECT_GE(repetitions, 1U);
  EXPECT_LE(repetitions, 3U);
}

TEST(Runner, a_known_median_ends_the_repetitions_before_the_budget) {
  Bench bench;
  bench.workload.on_run = [](const Variant&) {
    spin_ns(2'000'000);
    return Expected<void>{};
  };
  bench.options = {.min_repetitions = 3, .max_repetitions = 50, .budget_s = 1000, .precision = 1e6};
  EXPECT_EQ(bench.measure({"a"}).value()[0].run.repetitions.size(), 6U);  // fewer have no interval
}

TEST(Runner, verification_counts_against_the_budget) {
  Bench bench;
  bench.workload.on_verify = [](const Variant&) {
    spin_ns(10'000'000);
    return Check{true, "", ""};
  };
  bench.options = {.min_repetitions = 1, .max_repetitions = 1000, .budget_s = 0.02, .precision = 0};
  EXPECT_LE(bench.measure({"a"}).value()[0].run.repetitions.size(), 3U);
}

TEST(Runner, verification_is_not_in_the_time) {
  Bench bench;
  bench.workload.on_verify = [](const Variant&) {
    spin_ns(20'000'000);
    return Check{true, "", ""};
  };
  const auto runs = bench.measure({"a"}).value();
  EXPECT_LT(*runs[0].run.values.at("time.wall").number, 0.015);
}

TEST(Runner, a_wrong_result_is_an_error_and_not_a_time) {
  Bench bench;
  bench.workload.on_verify = [](const Variant& variant) {
    return Check{variant.name != "fast", "the serial sum", "sum is 3, not 4"};
  };
  const auto runs = bench.measure({"naive", "fast"});
  ASSERT_FALSE(runs);
  EXPECT_EQ(runs.error().code, ErrorCode::wrong_result);
  EXPECT_THAT(runs.error().message, HasSubstr("fast computed a wrong result: sum is 3, not 4"));
  EXPECT_THAT(runs.error().hint, HasSubstr("the serial sum"));
}

TEST(Runner, a_failing_workload_passes_its_error_on) {
  Bench bench;
  bench.workload.on_run = [](const Variant&) -> Expected<void> { return fail(ErrorCode::io, "no space"); };
  EXPECT_EQ(bench.measure({"a"}).error().code, ErrorCode::io);
}

TEST(Runner, an_exception_of_the_workload_becomes_an_error) {
  Bench bench;
  bench.workload.on_run = [](const Variant&) -> Expected<void> {
    throw std::runtime_error("no threads left");
  };
  const auto runs = bench.measure({"a"});
  ASSERT_FALSE(runs);
  EXPECT_EQ(runs.error().code, ErrorCode::failed);
  EXPECT_THAT(runs.error().message, HasSubstr("no threads left"));
}

TEST(Runner, counters_frame_each_run_and_nothing_else) {
  Bench bench;
  auto& source = bench.add_source({reading("faults", 1)});
  bool during_run = true;
  bool during_verify = false;
  bench.workload.on_run = [&](const Variant&) {
    during_run = during_run && source.counting();
    return Expected<void>{};
  };
  bench.workload.on_verify = [&](const Variant&) {
    during_verify = during_verify || source.counting();
    return Check{true, "", ""};
  };
  ASSERT_TRUE(bench.measure({"a"}));
  EXPECT_TRUE(during_run);
  EXPECT_FALSE(during_verify);
  EXPECT_EQ(source.framed(), 4);
}

TEST(Runner, a_counter_reports_the_median_without_the_warm_up) {
  Bench bench;
  bench.add_source(
      {reading("faults", 1000), reading("faults", 30), reading("faults", 10), reading("faults", 20)});
  const auto runs = bench.measure({"a"}).value();
  const auto& value = runs[0].run.values.at("faults");
  EXPECT_EQ(value.number, 20);
  EXPECT_EQ(value.provenance, Provenance::counted);
}

TEST(Runner, a_missing_reading_stays_missing_with_its_reason) {
  Bench bench;
  bench.add_source({missing_reading("l3.misses", MissingReason::conflict, "no counter left")});
  const auto runs = bench.measure({"a"}).value();
  const auto& value = runs[0].run.values.at("l3.misses");
  EXPECT_FALSE(value.known());
  EXPECT_EQ(value.reason, MissingReason::conflict);
  EXPECT_EQ(value.detail, "no counter left");
}

TEST(Runner, sources_that_could_not_be_opened_leave_missing_values) {
  Bench bench;
  bench.counters.missing = missing_reading("instructions", MissingReason::no_pmu, "a virtual machine");
  const auto runs = bench.measure({"a"}).value();
  EXPECT_EQ(runs[0].run.values.at("instructions").reason, MissingReason::no_pmu);
}

/// Counts another counter in each pass.
class SourceInPasses final : public CounterSource {
 public:
  explicit SourceInPasses(int passes) : passes_(passes) {}
  void start() noexcept override { ++counted_[static_cast<std::size_t>(pass_)]; }
  void stop() noexcept override {}
  Readings read() override {
    Readings readings;
    for (int i = 0; i < passes_; ++i)
      readings.emplace_back("counter" + std::to_string(i),
                            i == pass_ ? Value::of(i, "1", Provenance::measured)
                                       : Value::missing("1", MissingReason::not_scheduled, "another pass"));
    return readings;
  }
  [[nodiscard]] int passes() const override { return passes_; }
  void choose_pass(int pass) override { pass_ = pass; }

  [[nodiscard]] int counted(int pass) const { return counted_[static_cast<std::size_t>(pass)]; }

 private:
  int passes_;
  int pass_ = 0;
  std::array<int, 8> counted_{};
};

SourceInPasses& add_passes(Bench& bench, int passes) {
  auto source = std::make_unique<SourceInPasses>(passes);
  auto& reference = *source;
  bench.counters.sources.push_back(std::move(source));
  return reference;
}

TEST(Runner, every_pass_of_the_counters_gets_the_minimum_of_repetitions) {
  Bench bench;
  bench.options = {.min_repetitions = 3, .max_repetitions = 50, .insist_on_minimum = true, .budget_s = 1e-9};
  const auto& source = add_passes(bench, 3);
  const auto runs = bench.measure({"a"}).value();
  EXPECT_EQ(runs[0].run.repetitions.size(), 9U);
  EXPECT_EQ(source.counted(0), 3 + 1);  // and the warm-up
  EXPECT_EQ(source.counted(1), 3);
  EXPECT_EQ(source.counted(2), 3);
}

TEST(Runner, counters_of_all_passes_are_in_the_run) {
  Bench bench;
  bench.options = exactly(6);
  add_passes(bench, 3);
  const auto runs = bench.measure({"a", "b"}).value();
  for (const auto& run : runs)
    for (int i = 0; i < 3; ++i) EXPECT_EQ(run.run.values.at("counter" + std::to_string(i)).number, i);
}

TEST(Runner, repetitions_that_were_asked_for_exactly_are_not_made_more_by_passes) {
  Bench bench;
  bench.options = exactly(2);
  add_passes(bench, 3);
  const auto runs = bench.measure({"a"}).value();
  EXPECT_EQ(runs[0].run.repetitions.size(), 2U);
  EXPECT_EQ(runs[0].run.values.at("counter1").number, 1);
  EXPECT_EQ(runs[0].run.values.at("counter2").reason, MissingReason::not_scheduled);
}

TEST(Runner, a_source_of_fewer_passes_counts_its_own_again) {
  Bench bench;
  bench.options = exactly(6);
  const auto& two = add_passes(bench, 2);
  const auto& three = add_passes(bench, 3);
  ASSERT_TRUE(bench.measure({"a"}));
  EXPECT_EQ(two.counted(1),
            3 - 1);  // repetitions 0..5 are in passes 0 1 2 0 1 2, of which it has 0 1 0 0 1 0
  EXPECT_EQ(three.counted(2), 2);
}

TEST(Runner, the_observer_hears_of_every_repetition_but_the_warm_up) {
  Bench bench;
  ASSERT_TRUE(bench.measure({"a"}));
  ASSERT_EQ(bench.observer.seen.size(), 3U);
  EXPECT_EQ(bench.observer.seen.back().repetition, 3);
  EXPECT_EQ(bench.observer.seen.back().variant, "a");
}

TEST(Runner, regions_are_those_of_the_repetition_and_not_of_the_warm_up) {
  Bench bench;
  bench.workload.on_run = [](const Variant&) {
    HPCT_REGION("work");
    return Expected<void>{};
  };
  const auto runs = bench.measure({"a"}).value();
  ASSERT_EQ(runs[0].run.regions.size(), 1U);
  EXPECT_EQ(runs[0].run.regions[0].path, "work");
  EXPECT_EQ(runs[0].run.regions[0].calls, 1);
  EXPECT_EQ(runs[0].run.regions[0].samples_ns.size(), 3U);
  EXPECT_EQ(runs[0].timeline.events(), 1);
}

TEST(Runner, without_a_timeline_the_regions_stay) {
  Bench bench;
  bench.options.timeline = false;
  bench.workload.on_run = [](const Variant&) {
    HPCT_REGION("work");
    return Expected<void>{};
  };
  const auto runs = bench.measure({"a"}).value();
  EXPECT_EQ(runs[0].run.regions.size(), 1U);
  EXPECT_EQ(runs[0].timeline.events(), 0);
}

TEST(Runner, cpu_time_is_that_of_the_process) {
  Bench bench;
  bench.workload.on_run = [](const Variant&) {
    const auto begin = clock::process_cpu_ns();
    while (clock::process_cpu_ns() - begin < 5'000'000) {
    }
    return Expected<void>{};
  };
  const auto runs = bench.measure({"a"}).value();
  EXPECT_GE(*runs[0].run.values.at("time.cpu").number, 0.005);
  EXPECT_LT(*runs[0].run.values.at("time.cpu").number, 0.010);
}

// The interrupt cannot be taken back, so each of these runs in a process of its own.
int code_of(const Expected<std::vector<MeasuredRun>>& runs) {
  return runs ? 0 : 1 + static_cast<int>(runs.error().code);
}
constexpr int kInterrupted = 1 + static_cast<int>(ErrorCode::interrupted);

TEST(RunnerDeathTest, an_interrupt_ends_the_measurement_and_keeps_what_is_complete) {
  const auto complete_of_third_run = [] {
    Bench bench;
    bench.workload.on_verify = [&](const Variant&) {
      if (bench.workload.runs.size() == 3) request_interrupt();
      return Check{true, "", ""};
    };
    const auto runs = bench.measure({"a"});  // the first is a warm-up, the third is not complete
    const bool kept = runs && runs->size() == 1 && (*runs)[0].run.repetitions.size() == 1;
    std::exit(kept && bench.workload.runs.size() == 3 ? 0 : 99);
  };
  EXPECT_EXIT(complete_of_third_run(), ::testing::ExitedWithCode(0), "");
}

TEST(RunnerDeathTest, an_interrupt_leaves_out_the_variants_without_a_repetition) {
  const auto interrupted_in_fourth_run = [] {
    Bench bench;
    bench.workload.on_run = [&](const Variant&) {
      if (bench.workload.runs.size() == 4) request_interrupt();
      return Expected<void>{};
    };
    const auto runs = bench.measure({"a", "b"});  // two warm-ups, a repetition of one, and none of the other
    std::exit(runs && runs->size() == 1 && (*runs)[0].run.variant == bench.workload.runs[2] ? 0 : 99);
  };
  EXPECT_EXIT(interrupted_in_fourth_run(), ::testing::ExitedWithCode(0), "");
}

TEST(RunnerDeathTest, an_interrupt_before_anything_is_complete_is_an_error) {
  const auto interrupted_on_first_run = [] {
    Bench bench;
    bench.workload.on_run = [](const Variant&) {
      request_interrupt();
      return Expected<void>{};
    };
    std::exit(code_of(bench.measure({"a"})));
  };
  EXPECT_EXIT(interrupted_on_first_run(), ::testing::ExitedWithCode(kInterrupted), "");
}

TEST(RunnerDeathTest, an_unfinished_result_after_an_interrupt_is_not_called_wrong) {
  const auto interrupted_in_run = [] {
    Bench bench;
    bench.workload.on_run = [](const Variant&) {
      request_interrupt();
      return Expected<void>{};
    };
    bench.workload.on_verify = [](const Variant&) { return Check{false, "", "half a picture"}; };
    std::exit(code_of(bench.measure({"a"})));
  };
  EXPECT_EXIT(interrupted_in_run(), ::testing::ExitedWithCode(kInterrupted), "");
}

}  // namespace
}  // namespace hpct
