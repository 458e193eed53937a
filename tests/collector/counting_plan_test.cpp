// SPDX-License-Identifier: Apache-2.0
#include "collector/counting_plan.h"

#include <gmock/gmock.h>

#include "tests/collector/scripted_events.h"

namespace hpct {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A machine with its map; every metric that is asked for is planned on it.
struct Bench {
  ScriptedEvents machine;
  std::vector<EventMap> maps;

  CountingPlan plan(const std::vector<std::string>& wanted, bool multiplex = false) {
    std::vector<const EventMap*> pointers;
    for (const auto& map : maps) pointers.push_back(&map);
    return plan_counting(machine, pointers, {.names = wanted, .automatic = false, .multiplex = multiplex});
  }

  /// The readings of the pass after `change` to the machine.
  Readings read(const CountingPlan& plan, std::size_t pass = 0) {
    auto group = machine.open(plan.passes.at(pass), plan.sharing);
    return evaluate(plan, pass, (*group)->read());
  }

  Value missing(const std::string& metric) { return value_of(plan({metric}).missing, metric); }
};

Bench bench_with(const MapBuilder& map, const std::vector<std::string>& events) {
  Bench bench;
  bench.maps.push_back(map.build());
  for (const auto& name : events) bench.machine.script[name] = {};
  return bench;
}

std::vector<std::string> names_of(const std::vector<NativeEvent>& events) {
  std::vector<std::string> names;
  for (const auto& event : events) names.push_back(event.name);
  return names;
}

TEST(CountingPlan, a_metric_is_read_from_the_event_of_its_map) {
  auto bench = bench_with(MapBuilder("core").metric("cycles", {event("CLK")}), {"CLK"});
  const auto plan = bench.plan({"cycles"});
  bench.machine.script["CLK"].count = 42;
  const auto value = value_of(bench.read(plan), "cycles");
  EXPECT_EQ(value.number, 42);
  EXPECT_EQ(value.provenance, Provenance::measured);
  EXPECT_EQ(value.formula, "CLK");
  EXPECT_THAT(value.detail, HasSubstr("scripted, core"));
}

TEST(CountingPlan, weights_add_up) {
  auto bench = bench_with(MapBuilder("core").metric("flops.dp", {event("S"), event("V2", 2), event("V8", 8)}),
                          {"S", "V2", "V8"});
  const auto plan = bench.plan({"flops.dp"});
  bench.machine.script["S"].count = 3;
  bench.machine.script["V2"].count = 10;
  bench.machine.script["V8"].count = 100;
  const auto value = value_of(bench.read(plan), "flops.dp");
  EXPECT_EQ(value.number, 3 + 20 + 800);
  EXPECT_EQ(value.unit, "flop");
  EXPECT_EQ(value.formula, "S + 2 * V2 + 8 * V8");
}

TEST(CountingPlan, a_share_is_divided_by_its_slots) {
  auto bench =
      bench_with(MapBuilder("core").metric("topdown.bad_speculation", {event("ISSUED"), event("RETIRED", -1)},
                                           {event("CLK", 4)}),
                 {"ISSUED", "RETIRED", "CLK"});
  const auto plan = bench.plan({"topdown.bad_speculation"});
  bench.machine.script["ISSUED"].count = 300;
  bench.machine.script["RETIRED"].count = 260;
  bench.machine.script["CLK"].count = 100;
  const auto value = value_of(bench.read(plan), "topdown.bad_speculation");
  EXPECT_DOUBLE_EQ(*value.number, 0.1);
  EXPECT_EQ(value.formula, "(ISSUED - RETIRED) / (4 * CLK)");
}

TEST(CountingPlan, an_unknown_event_is_missing_as_event_unknown) {
  auto bench = bench_with(MapBuilder("core").metric("cycles", {event("CLK")}), {});
  EXPECT_EQ(bench.missing("cycles").reason, MissingReason::event_unknown);
}

TEST(CountingPlan, a_later_map_is_asked_when_the_event_of_the_first_is_refused) {
  auto bench = bench_with(MapBuilder("core").metric("cycles", {event("CLK")}), {"perf::CYCLES"});
  bench.maps.push_back(MapBuilder("kernel").metric("cycles", {event("perf::CYCLES")}).build());
  const auto plan = bench.plan({"cycles"});
  ASSERT_EQ(plan.metrics.size(), 1U);
  EXPECT_EQ(plan.metrics[0].origin, "kernel");
}

TEST(CountingPlan, what_a_core_is_known_not_to_count_is_not_looked_for_elsewhere) {
  auto bench =
      bench_with(MapBuilder("core").lacks("flops.dp", "this core has no such event"), {"PAPI_DP_OPS"});
  bench.maps.push_back(MapBuilder("presets").metric("flops.dp", {event("PAPI_DP_OPS")}).build());
  EXPECT_EQ(bench.missing("flops.dp").detail, "this core has no such event");
  EXPECT_EQ(bench.missing("flops.dp").reason, MissingReason::event_unknown);
}

TEST(CountingPlan, a_counter_that_no_map_speaks_of_says_so) {
  auto bench = bench_with(MapBuilder("core"), {});
  EXPECT_EQ(bench.missing("l3.misses").reason, MissingReason::event_unknown);
  EXPECT_THAT(bench.missing("l3.misses").detail, HasSubstr("no event of this core"));
}

TEST(CountingPlan, a_rare_counter_that_no_map_speaks_of_is_left_out) {
  auto bench = bench_with(MapBuilder("core"), {});
  const auto plan = bench.plan({"flops.any"});
  EXPECT_TRUE(plan.missing.empty());
  EXPECT_TRUE(plan.metrics.empty());
}

TEST(CountingPlan, a_name_that_resolves_but_cannot_be_added_is_refused_for_the_backends_reason) {
  auto bench = bench_with(MapBuilder("core").metric("cycles", {event("CLK")}), {"CLK"});
  bench.machine.script["CLK"].on_open = EventRefusal{MissingReason::no_pmu, "nothing here"};
  EXPECT_EQ(bench.missing("cycles").reason, MissingReason::no_pmu);
}

TEST(CountingPlan, an_event_that_is_added_but_not_started_is_refused) {
  auto bench = bench_with(MapBuilder("core").metric("cycles", {event("CLK")}), {"CLK"});
  bench.machine.script["CLK"].on_start = EventRefusal{MissingReason::permission, "EPERM"};
  EXPECT_EQ(bench.missing("cycles").reason, MissingReason::permission);
  EXPECT_EQ(bench.missing("cycles").detail, "EPERM");
}

TEST(CountingPlan, an_accepted_event_that_reads_0_over_work_that_must_move_it_counts_nothing) {
  auto bench = bench_with(MapBuilder("core").metric("branches", {event("BR")}), {"BR"});
  bench.machine.script["BR"].count = 0;
  EXPECT_EQ(bench.missing("branches").reason, MissingReason::counts_nothing);
  EXPECT_THAT(bench.missing("branches").detail, HasSubstr("BR was accepted and read 0"));
}

TEST(CountingPlan, a_share_is_refused_with_its_whole_even_where_0_would_be_possible) {
  auto bench = bench_with(MapBuilder("core")
                              .metric("topdown.retiring", {event("RET")}, {event("SLOTS")})
                              .metric("topdown.backend", {event("BE")}, {event("SLOTS")}),
                          {"RET", "BE", "SLOTS"});
  bench.machine.script["RET"].count = 0;
  bench.machine.script["BE"].count = 0;
  const auto plan = bench.plan({"topdown.retiring", "topdown.backend"});
  EXPECT_EQ(value_of(plan.missing, "topdown.backend").reason, MissingReason::counts_nothing);
}

TEST(CountingPlan, fewer_instructions_than_were_executed_for_certain_are_no_count_of_them) {
  auto bench = bench_with(MapBuilder("core").metric("instructions", {event("INST")}), {"INST"});
  bench.machine.script["INST"].count = 30'000;  // the calibration loop alone is 40 000
  EXPECT_EQ(bench.missing("instructions").reason, MissingReason::counts_nothing);
}

TEST(CountingPlan, a_counter_that_may_well_be_0_is_taken_at_0) {
  auto bench = bench_with(MapBuilder("core").metric("flops.hp", {event("HP")}), {"HP"});
  bench.machine.script["HP"].count = 0;
  const auto plan = bench.plan({"flops.hp"});
  EXPECT_EQ(value_of(bench.read(plan), "flops.hp").number, 0);
}

TEST(CountingPlan, one_width_may_read_0_while_the_sum_moves) {
  auto bench = bench_with(MapBuilder("core").metric("flops.dp", {event("S"), event("V8", 8)}), {"S", "V8"});
  bench.machine.script["V8"].count = 0;
  EXPECT_EQ(bench.plan({"flops.dp"}).metrics.size(), 1U);
}

TEST(CountingPlan, an_event_that_never_runs_in_the_trial_is_not_scheduled) {
  auto bench = bench_with(MapBuilder("core").metric("cycles", {event("CLK")}), {"CLK"});
  bench.machine.script["CLK"].running_ns = 0;
  EXPECT_EQ(bench.missing("cycles").reason, MissingReason::not_scheduled);
}

const MapBuilder& map_of_four() {
  static const auto map = MapBuilder("core")
                              .metric("instructions", {event("INST")})
                              .metric("cycles", {event("CLK")})
                              .metric("branches", {event("BR")})
                              .metric("branch.misses", {event("MISP")});
  return map;
}
const std::vector<std::string> kFour{"instructions", "cycles", "branches", "branch.misses"};

TEST(CountingPlan, what_fits_is_counted_in_one_pass) {
  auto bench = bench_with(map_of_four(), {"INST", "CLK", "BR", "MISP"});
  EXPECT_THAT(names_of(bench.plan(kFour).passes.at(0)), ElementsAre("INST", "CLK", "BR", "MISP"));
}

TEST(CountingPlan, the_event_that_is_one_too_many_gets_another_pass_with_instructions_beside_it) {
  auto bench = bench_with(map_of_four(), {"INST", "CLK", "BR", "MISP"});
  bench.machine.capacity = 3;
  const auto plan = bench.plan(kFour);
  ASSERT_EQ(plan.passes.size(), 2U);
  EXPECT_THAT(names_of(plan.passes[0]), ElementsAre("INST", "CLK", "BR"));
  EXPECT_THAT(names_of(plan.passes[1]), ElementsAre("INST", "MISP"));
}

TEST(CountingPlan, no_metric_is_lost_to_a_small_number_of_counters) {
  for (const std::size_t capacity : {1U, 2U, 3U, 4U}) {
    auto bench = bench_with(map_of_four(), {"INST", "CLK", "BR", "MISP"});
    bench.machine.capacity = capacity;
    const auto plan = bench.plan(kFour);
    EXPECT_EQ(plan.metrics.size(), 4U) << capacity;
    for (const auto& pass : plan.passes) EXPECT_LE(pass.size(), capacity);
  }
}

TEST(CountingPlan, the_events_of_a_metric_are_never_torn_apart) {
  auto bench = bench_with(MapBuilder("core")
                              .metric("instructions", {event("INST")})
                              .metric("cycles", {event("CLK")})
                              .metric("flops.dp", {event("A"), event("B")}),
                          {"INST", "CLK", "A", "B"});
  bench.machine.capacity = 3;
  const auto plan = bench.plan({"instructions", "cycles", "flops.dp"});
  ASSERT_EQ(plan.passes.size(), 2U);
  EXPECT_THAT(names_of(plan.passes[1]), ElementsAre("INST", "A", "B"));
}

TEST(CountingPlan, a_metric_of_more_events_than_counters_is_a_conflict) {
  auto bench = bench_with(MapBuilder("core").metric("flops.dp", {event("A"), event("B"), event("C")}),
                          {"A", "B", "C"});
  bench.machine.capacity = 2;
  EXPECT_EQ(bench.missing("flops.dp").reason, MissingReason::conflict);
}

TEST(CountingPlan, metrics_share_an_event) {
  auto bench = bench_with(MapBuilder("core")
                              .metric("topdown.retiring", {event("RET")}, {event("SLOTS")})
                              .metric("topdown.backend", {event("BE")}, {event("SLOTS")}),
                          {"RET", "BE", "SLOTS"});
  EXPECT_EQ(bench.plan({"topdown.retiring", "topdown.backend"}).passes.at(0).size(), 3U);
}

TEST(CountingPlan, a_counter_of_another_pass_is_not_scheduled_in_this_one) {
  auto bench = bench_with(map_of_four(), {"INST", "CLK", "BR", "MISP"});
  bench.machine.capacity = 3;
  const auto plan = bench.plan(kFour);
  const auto value = value_of(bench.read(plan, 0), "branch.misses");
  EXPECT_EQ(value.reason, MissingReason::not_scheduled);
  EXPECT_THAT(value.detail, HasSubstr("pass 2 of 2"));
}

TEST(CountingPlan, instructions_are_read_in_every_pass) {
  auto bench = bench_with(map_of_four(), {"INST", "CLK", "BR", "MISP"});
  bench.machine.capacity = 3;
  const auto plan = bench.plan(kFour);
  for (const std::size_t pass : {0U, 1U})
    EXPECT_TRUE(value_of(bench.read(plan, pass), "instructions").known());
}

TEST(CountingPlan, multiplexing_takes_one_pass_whatever_the_number_of_counters) {
  auto bench = bench_with(map_of_four(), {"INST", "CLK", "BR", "MISP"});
  bench.machine.capacity = 1;
  const auto plan = bench.plan(kFour, true);
  EXPECT_EQ(plan.passes.size(), 1U);
  EXPECT_EQ(plan.sharing, Sharing::in_turns);
}

TEST(CountingPlan, a_count_for_part_of_the_time_is_scaled_and_tells_its_share) {
  auto bench = bench_with(map_of_four(), {"INST", "CLK", "BR", "MISP"});
  const auto plan = bench.plan(kFour, true);
  bench.machine.script["CLK"] = {.count = 600, .enabled_ns = 1000, .running_ns = 250};
  const auto value = value_of(bench.read(plan), "cycles");
  EXPECT_EQ(value.number, 2400);
  EXPECT_EQ(value.provenance, Provenance::scaled);
  EXPECT_EQ(value.running_share, 0.25);
}

TEST(CountingPlan, a_sum_is_as_good_as_its_event_that_ran_least) {
  auto bench = bench_with(MapBuilder("core").metric("flops.dp", {event("S"), event("V8", 8)}), {"S", "V8"});
  const auto plan = bench.plan({"flops.dp"}, true);
  bench.machine.script["S"] = {.count = 100, .enabled_ns = 1000, .running_ns = 1000};
  bench.machine.script["V8"] = {.count = 10, .enabled_ns = 1000, .running_ns = 500};
  const auto value = value_of(bench.read(plan), "flops.dp");
  EXPECT_EQ(value.number, 100 + 8 * 20);
  EXPECT_EQ(value.running_share, 0.5);
}

TEST(CountingPlan, an_event_that_never_ran_is_unknown_and_not_0) {
  auto bench = bench_with(map_of_four(), {"INST", "CLK", "BR", "MISP"});
  const auto plan = bench.plan(kFour, true);
  bench.machine.script["CLK"] = {.count = 0, .enabled_ns = 1000, .running_ns = 0};
  const auto value = value_of(bench.read(plan), "cycles");
  EXPECT_FALSE(value.known());
  EXPECT_EQ(value.reason, MissingReason::not_scheduled);
}

TEST(CountingPlan, a_counter_that_ran_backwards_is_no_count) {
  auto bench = bench_with(map_of_four(), {"INST", "CLK", "BR", "MISP"});
  const auto plan = bench.plan(kFour);
  bench.machine.script["CLK"].count = -5;
  EXPECT_EQ(value_of(bench.read(plan), "cycles").reason, MissingReason::undefined);
}

TEST(CountingPlan, a_difference_below_0_is_no_share) {
  auto bench = bench_with(
      MapBuilder("core").metric("topdown.backend", {event("CLK"), event("BUSY", -1)}, {event("CLK")}),
      {"CLK", "BUSY"});
  const auto plan = bench.plan({"topdown.backend"});
  bench.machine.script["BUSY"].count = 2'000'000;
  EXPECT_EQ(value_of(bench.read(plan), "topdown.backend").reason, MissingReason::undefined);
}

TEST(CountingPlan, a_share_of_no_slots_is_undefined) {
  auto bench = bench_with(MapBuilder("core").metric("topdown.backend", {event("BE")}, {event("SLOTS")}),
                          {"BE", "SLOTS"});
  const auto plan = bench.plan({"topdown.backend"});
  bench.machine.script["SLOTS"].count = 0;
  EXPECT_EQ(value_of(bench.read(plan), "topdown.backend").reason, MissingReason::undefined);
}

TEST(CountingPlan, a_run_without_cycles_counted_nothing) {
  auto bench = bench_with(map_of_four(), {"INST", "CLK", "BR", "MISP"});
  const auto plan = bench.plan(kFour);
  bench.machine.script["CLK"].count = 0;
  EXPECT_EQ(value_of(bench.read(plan), "cycles").reason, MissingReason::counts_nothing);
}

TEST(CountingPlan, a_group_that_fails_while_counting_leaves_its_counters_missing) {
  auto bench = bench_with(map_of_four(), {"INST", "CLK", "BR", "MISP"});
  const auto plan = bench.plan(kFour);
  bench.machine.script["BR"].on_start = EventRefusal{MissingReason::conflict, "somebody took the counter"};
  for (const auto& [name, value] : bench.read(plan)) EXPECT_EQ(value.reason, MissingReason::conflict) << name;
}

}  // namespace
}  // namespace hpct
