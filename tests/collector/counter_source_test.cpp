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

TEST(CounterSource, no_two_counters_share_a_name) {
  std::set<std::string> names;
  for (const auto* info : all_counter_sources())
    for (const auto& counter : info->counters())
      EXPECT_TRUE(names.insert(counter.name).second) << counter.name;
}

TEST(CounterSource, an_unusable_source_says_why) {
  for (const auto* info : all_counter_sources())
    if (const auto found = info->probe(); !found.usable) {
      EXPECT_NE(found.detail, "") << info->name;
    }
}

TEST(CounterSource, opening_all_yields_every_counter_once_as_a_reading_or_as_missing) {
  std::multiset<std::string> listed;
  for (const auto* info : all_counter_sources())
    for (const auto& counter : info->counters()) listed.insert(counter.name);
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

TEST(CounterSource, the_machine_repeats_why_there_are_no_hardware_counters) {
  const auto found = source_named("papi").probe();
  EXPECT_EQ(describe_machine().pmu, found.usable ? "" : found.detail);
}

}  // namespace
}  // namespace hpct
