// SPDX-License-Identifier: Apache-2.0
#include "collector/counter_source.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <set>

#include "collector/machine.h"
#include "collector/runner.h"

namespace hpct {
namespace {

const CounterSourceInfo& source_named(std::string_view name) {
  for (const auto* info : all_counter_sources())
    if (info->name == name) return *info;
  throw std::logic_error("no such source");
}

bool stands_in(const CounterSourceInfo& info) { return !info.stands_in_for.empty(); }

TEST(CounterSource, no_two_counters_share_a_name_unless_one_stands_in_for_the_other) {
  std::set<std::string> names;
  for (const auto* info : all_counter_sources()) {
    if (stands_in(*info)) continue;
    for (const auto& counter : info->counters())
      EXPECT_TRUE(names.insert(counter.name).second) << counter.name;
  }
}

TEST(CounterSource, an_unusable_source_says_why) {
  for (const auto* info : all_counter_sources())
    if (const auto found = info->probe(); !found.usable) {
      EXPECT_NE(found.detail, "") << info->name;
    }
}

TEST(CounterSource, opening_all_yields_every_counter_once_as_a_reading_or_as_missing) {
  std::multiset<std::string> listed;
  for (const auto* info : all_counter_sources()) {
    if (stands_in(*info)) continue;
    for (const auto& counter : info->counters()) listed.insert(counter.name);
  }
  auto set = open_counters();
  std::multiset<std::string> found;
  for (const auto& [name, value] : set.missing) found.insert(name);
  for (const auto& source : set.sources) source->start();
  for (const auto& source : set.sources) source->stop();
  for (const auto& source : set.sources)
    for (const auto& [name, value] : source->read()) found.insert(name);
  EXPECT_EQ(found, listed);
}

TEST(CounterSource, missing_readings_carry_unit_and_reason) {
  const auto readings = missing_readings(source_named("os"), {false, MissingReason::permission, "why", "do"});
  ASSERT_FALSE(readings.empty());
  for (const auto& [name, value] : readings) {
    EXPECT_FALSE(value.known()) << name;
    EXPECT_EQ(value.reason, MissingReason::permission);
    EXPECT_EQ(value.detail, "why");
  }
}

TEST(CounterSource, opening_again_and_again_leaves_no_descriptor_open) {
  const auto open_descriptors = [] {
    int count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
  };
  open_counters();
  const int before = open_descriptors();
  for (int i = 0; i < 5; ++i) open_counters();
  EXPECT_EQ(open_descriptors(), before);
}

TEST(CounterSource, a_set_taken_down_while_it_counts_can_be_opened_and_started_again) {
  for (int i = 0; i < 2; ++i) {
    const auto set = open_counters();
    for (const auto& source : set.sources) source->start();
  }
  auto set = open_counters();
  for (const auto& source : set.sources) source->start();
  for (const auto& source : set.sources) source->stop();
  for (const auto& source : set.sources)
    for (const auto& [name, value] : source->read())
      EXPECT_EQ(value.detail.find("running"), std::string::npos);
}

TEST(CounterSource, without_a_processor_pmu_hardware_counters_are_missing_for_that_reason) {
  if (std::filesystem::exists("/sys/bus/event_source/devices/cpu"))
    GTEST_SKIP() << "this machine shows a performance-monitoring unit";
  const auto found = source_named("papi").probe();
  EXPECT_FALSE(found.usable);
  EXPECT_THAT(found.reason, ::testing::AnyOf(MissingReason::no_pmu, MissingReason::not_built));
}

TEST(CounterSource, the_machine_repeats_the_kernels_word_on_why_there_are_no_hardware_counters) {
  const auto papi = source_named("papi").probe();
  const auto kernel = source_named("perf_event").probe();
  EXPECT_EQ(describe_machine().pmu, papi.usable || kernel.usable ? "" : kernel.detail);
}

TEST(CounterSource, a_stand_in_delivers_what_it_stands_in_for) {
  const auto names_of = [](const CounterSourceInfo& info) {
    std::set<std::string> names;
    for (const auto& counter : info.counters()) names.insert(counter.name);
    return names;
  };
  EXPECT_EQ(names_of(source_named("perf_event")), names_of(source_named("papi")));
}

TEST(CounterSource, at_most_one_of_papi_and_perf_event_delivers) {
  for (const bool multiplex : {false, true}) {
    const CounterRequest request{.names = {}, .multiplex = multiplex};
    EXPECT_FALSE(delivers(source_named("papi"), request).usable &&
                 delivers(source_named("perf_event"), request).usable);
  }
}

TEST(CounterSource, counters_not_asked_for_are_neither_read_nor_missing) {
  const auto set = open_counters({.names = {"cycles"}, .automatic = false});
  std::set<std::string> hardware;
  for (const auto& [name, value] : set.missing) hardware.insert(name);
  for (const auto& source : set.sources)
    for (const auto& [name, value] : source->read()) hardware.insert(name);
  EXPECT_TRUE(hardware.contains("cycles"));
  EXPECT_FALSE(hardware.contains("instructions"));
}

}  // namespace
}  // namespace hpct
