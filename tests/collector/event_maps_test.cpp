// SPDX-License-Identifier: Apache-2.0
#include "collector/event_maps.h"

#include <gmock/gmock.h>

#include <set>

#include "collector/hardware_metrics.h"
#include "collector/sources/uncore.h"
#include "tests/collector/fake_root.h"

namespace hpct {
namespace {

bool for_a_core(const EventMap& map) { return !map.cpus.empty(); }

const EventMap& map_named(std::string_view core) {
  for (const auto& map : all_event_maps())
    if (map.core == core) return map;
  throw std::logic_error("no such map");
}

TEST(EventMaps, every_map_can_be_read_and_is_named_like_its_file) {
  ASSERT_EQ(all_event_maps().size(), event_map_texts().size());
  for (std::size_t i = 0; i < event_map_texts().size(); ++i)
    EXPECT_EQ(all_event_maps()[i].core, event_map_texts()[i].name);
}

TEST(EventMaps, every_core_has_a_word_on_every_counter) {
  std::set<std::string> wanted;
  for (const auto& metric : hardware_metrics())
    if (!metric.rare) wanted.emplace(metric.name);
  for (const auto& counter : memory_traffic_counters()) wanted.insert(counter.name);
  for (const auto& map : all_event_maps()) {
    if (!for_a_core(map)) continue;
    for (const auto& name : wanted) EXPECT_TRUE(map.metrics.contains(name)) << map.core << ": " << name;
  }
}

TEST(EventMaps, no_map_speaks_of_a_counter_that_does_not_exist) {
  std::set<std::string> known;
  for (const auto& metric : hardware_metrics()) known.emplace(metric.name);
  for (const auto& counter : memory_traffic_counters()) known.insert(counter.name);
  for (const auto& map : all_event_maps())
    for (const auto& [name, metric] : map.metrics)
      EXPECT_TRUE(known.contains(name)) << map.core << ": " << name;
}

TEST(EventMaps, a_metric_has_events_or_a_reason_why_not) {
  for (const auto& map : all_event_maps())
    for (const auto& [name, metric] : map.metrics)
      EXPECT_NE(metric.events.empty(), metric.missing.empty()) << map.core << ": " << name;
}

TEST(EventMaps, every_event_of_a_core_has_a_raw_code_for_the_kernel) {
  for (const auto& map : all_event_maps()) {
    if (!for_a_core(map)) continue;
    for (const auto& [name, metric] : map.metrics)
      for (const auto* events : {&metric.events, &metric.per})
        for (const auto& event : *events)
          EXPECT_TRUE(metric.sum_over.empty() ? event.code().has_value() : event.raw.starts_with("event=0x"))
              << map.core << ": " << event.name;
  }
}

TEST(EventMaps, every_map_names_where_its_facts_are_published) {
  for (const auto& map : all_event_maps()) EXPECT_FALSE(map.sources.empty()) << map.core;
}

TEST(EventMaps, no_two_maps_claim_one_cpu) {
  for (const auto& map : all_event_maps())
    for (const auto& cpus : map.cpus)
      for (int model = 0; model < 0x1000; ++model)
        if (cpus.include(cpus.vendor, cpus.family, model)) {
          EXPECT_EQ(find_event_map({cpus.vendor, cpus.family, model}), &map) << map.core << " " << model;
        }
}

struct KnownCpu {
  const char* vendor;
  int family;
  int model;
  const char* core;
};
// Family and model of machines that exist, in their vendors' numbering.
constexpr KnownCpu kKnown[] = {
    {"GenuineIntel", 6, 85, "intel_skx"},
    {"GenuineIntel", 6, 106, "intel_icx"},
    {"GenuineIntel", 6, 143, "intel_spr"},
    {"GenuineIntel", 6, 207, "intel_emr"},
    {"GenuineIntel", 6, 173, "intel_gnr"},
    {"AuthenticAMD", 0x17, 0x31, "amd_zen2"},
    {"AuthenticAMD", 0x17, 0x71, "amd_zen2"},
    {"AuthenticAMD", 0x19, 0x01, "amd_zen3"},
    {"AuthenticAMD", 0x19, 0x21, "amd_zen3"},
    {"AuthenticAMD", 0x19, 0x11, "amd_zen4"},
    {"AuthenticAMD", 0x19, 0x61, "amd_zen4"},
    {"AuthenticAMD", 0x19, 0xa0, "amd_zen4"},
    {"AuthenticAMD", 0x1a, 0x02, "amd_zen5"},
    {"0x41", 8, 0xd0c, "arm_n1"},
    {"0x41", 8, 0xd40, "arm_v1"},
    {"0x41", 8, 0xd49, "arm_n2"},
    {"0x41", 8, 0xd4f, "arm_v2"},
    {"0x46", 8, 0x001, "arm_a64fx"},
    {"0x41", 8, 0xd07, "arm_a57"},
    {"0x41", 8, 0xd08, "arm_a72"},
};

TEST(EventMaps, known_machines_find_their_map) {
  for (const auto& cpu : kKnown) {
    const auto* map = find_event_map({cpu.vendor, cpu.family, cpu.model});
    ASSERT_NE(map, nullptr) << cpu.core;
    EXPECT_EQ(map->core, cpu.core);
  }
}

TEST(EventMaps, strangers_find_none) {
  EXPECT_EQ(find_event_map({"GenuineIntel", 6, 151}), nullptr);      // Alder Lake: cores of two kinds
  EXPECT_EQ(find_event_map({"AuthenticAMD", 0x17, 0x01}), nullptr);  // Zen 1
  EXPECT_EQ(find_event_map({"", 0, 0}), nullptr);
}

TEST(EventMaps, an_x86_cpu_is_known_by_family_and_model) {
  const FakeRoot root{{"proc/cpuinfo",
                       "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 207\n"
                       "model name\t: INTEL(R) XEON(R) PLATINUM 8581C\nstepping\t: 2\n\nprocessor\t: 1\n"
                       "model\t\t: 1\n"}};
  const auto cpu = cpu_identity(root.path());
  EXPECT_EQ(cpu.vendor, "GenuineIntel");
  EXPECT_EQ(cpu.family, 6);
  EXPECT_EQ(cpu.model, 207);
}

TEST(EventMaps, an_arm_cpu_is_known_by_implementer_and_part) {
  const FakeRoot root{{"proc/cpuinfo",
                       "processor\t: 0\nBogoMIPS\t: 125.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n"
                       "CPU architecture: 8\nCPU variant\t: 0x4\nCPU part\t: 0xd0c\nCPU revision\t: 1\n\n"}};
  const auto cpu = cpu_identity(root.path());
  EXPECT_EQ(find_event_map(cpu), &map_named("arm_n1"));
}

TEST(EventMaps, a_cpu_that_does_not_say_has_no_vendor) {
  const FakeRoot root;
  EXPECT_EQ(cpu_identity(root.path()).vendor, "");
}

TEST(EventMaps, flops_of_one_instruction_are_its_lanes) {
  const auto& flops = map_named("intel_spr").metrics.at("flops.dp");
  for (const auto& event : flops.events) {
    const auto bits = event.name.find("512B") != std::string::npos   ? 512
                      : event.name.find("256B") != std::string::npos ? 256
                      : event.name.find("128B") != std::string::npos ? 128
                                                                     : 64;
    EXPECT_EQ(event.weight, bits / 64) << event.name;
  }
}

}  // namespace
}  // namespace hpct
