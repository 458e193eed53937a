// SPDX-License-Identifier: Apache-2.0
#include "collector/hardware_counters.h"

#include <gmock/gmock.h>

#include "collector/calibration_work.h"
#include "tests/collector/scripted_events.h"

namespace hpct {
namespace {

struct Bench {
  ScriptedEvents machine;
  EventMap map = MapBuilder("core")
                     .metric("instructions", {event("INST")})
                     .metric("cycles", {event("CLK")})
                     .metric("branches", {event("BR")})
                     .build();

  Bench() {
    for (const auto* name : {"INST", "CLK", "BR"}) machine.script[name] = {};
    machine.capacity = 2;  // so two passes: INST + CLK, INST + BR
  }

  CountingPlan plan() {
    const std::array<const EventMap*, 1> maps{&map};
    return plan_counting(machine, maps,
                         {.names = {"instructions", "cycles", "branches"}, .automatic = false});
  }
};

Readings count(HardwareCounters& source, int pass) {
  source.choose_pass(pass);
  source.start();
  source.stop();
  return source.read();
}

TEST(HardwareCounters, the_chosen_pass_counts_and_the_others_say_so) {
  Bench bench;
  HardwareCounters source(bench.machine, bench.plan());
  ASSERT_EQ(source.passes(), 2);
  const auto first = count(source, 0);
  EXPECT_TRUE(value_of(first, "cycles").known());
  EXPECT_EQ(value_of(first, "branches").reason, MissingReason::not_scheduled);
  const auto second = count(source, 1);
  EXPECT_EQ(value_of(second, "cycles").reason, MissingReason::not_scheduled);
  EXPECT_TRUE(value_of(second, "branches").known());
}

TEST(HardwareCounters, all_groups_are_open_before_the_workload_makes_threads) {
  Bench bench;
  const auto plan = bench.plan();
  bench.machine.opened.clear();
  const HardwareCounters source(bench.machine, plan);
  EXPECT_EQ(bench.machine.opened.size(), 2U);
}

TEST(HardwareCounters, a_pass_refused_after_the_plan_costs_only_its_own_counters) {
  Bench bench;
  const auto plan = bench.plan();
  bench.machine.script["BR"].on_open = EventRefusal{MissingReason::conflict, "taken meanwhile"};
  HardwareCounters source(bench.machine, plan);
  EXPECT_TRUE(value_of(count(source, 0), "cycles").known());
  EXPECT_EQ(value_of(count(source, 1), "branches").detail, "taken meanwhile");
}

TEST(HardwareCounters, a_plan_of_nothing_reads_what_is_missing_and_why) {
  Bench bench;
  bench.machine.script.clear();
  HardwareCounters source(bench.machine, bench.plan());
  EXPECT_EQ(source.passes(), 1);
  const auto readings = count(source, 0);
  EXPECT_EQ(readings.size(), 3U);
  EXPECT_EQ(value_of(readings, "cycles").reason, MissingReason::event_unknown);
}

TEST(HardwareCounters, a_plan_is_usable_when_it_counts_something) {
  Bench bench;
  EXPECT_TRUE(availability_of(bench.plan()).usable);
  bench.machine.script.clear();
  const auto found = availability_of(bench.plan());
  EXPECT_FALSE(found.usable);
  EXPECT_EQ(found.reason, MissingReason::event_unknown);
}

TEST(HardwareCounters, the_calibration_work_tells_what_it_executes_at_least) {
  const auto work = calibration_work();
  EXPECT_EQ(work.instructions, 2 * work.branches);
  EXPECT_GT(work.branches, 10'000);
}

}  // namespace
}  // namespace hpct
