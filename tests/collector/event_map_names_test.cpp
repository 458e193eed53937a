// SPDX-License-Identifier: Apache-2.0
// Every native name of every map exists for its CPU and means the code that stands beside it: libpfm4 is
// asked, with its table of that CPU forced upon it.
#include <gmock/gmock.h>
#include <perfmon/pfmlib.h>
#include <perfmon/pfmlib_perf_event.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "collector/event_maps.h"

namespace hpct {
namespace {

/// libpfm4 as it is on a machine with this CPU.
class LibpfmOf {
 public:
  explicit LibpfmOf(const std::string& table) {
    ::setenv("LIBPFM_FORCE_PMU", table.c_str(), 1);
    pfm_initialize();
  }
  ~LibpfmOf() {
    pfm_terminate();
    ::unsetenv("LIBPFM_FORCE_PMU");
  }
  LibpfmOf(const LibpfmOf&) = delete;
  LibpfmOf& operator=(const LibpfmOf&) = delete;

  [[nodiscard]] std::optional<std::uint64_t> code(const std::string& name) const {
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    pfm_perf_encode_arg_t argument{};
    argument.size = sizeof argument;
    argument.attr = &attributes;
    if (pfm_get_os_event_encoding(name.c_str(), PFM_PLM3, PFM_OS_PERF_EVENT, &argument) != PFM_SUCCESS)
      return std::nullopt;
    return attributes.config;
  }
};

/// Tables are compiled in by architecture: an x86 libpfm4 knows no Arm core, and older ones not the newest.
bool knows(const std::string& table) {
  const LibpfmOf libpfm(table);
  pfm_pmu_info_t pmu{};
  pmu.size = sizeof pmu;
  for (int i = 0; i < PFM_PMU_MAX; ++i) {
    pmu.size = sizeof pmu;
    if (pfm_get_pmu_info(static_cast<pfm_pmu_t>(i), &pmu) == PFM_SUCCESS && table == pmu.name) return true;
  }
  return false;
}

std::vector<NativeEvent> core_events(const EventMap& map) {
  std::vector<NativeEvent> events;
  for (const auto& [name, metric] : map.metrics) {
    if (!metric.sum_over.empty()) continue;
    events.insert(events.end(), metric.events.begin(), metric.events.end());
    events.insert(events.end(), metric.per.begin(), metric.per.end());
  }
  return events;
}

class EventMapNames : public ::testing::TestWithParam<std::string> {};

TEST_P(EventMapNames, encode_to_their_raw_code) {
  for (const auto& map : all_event_maps()) {
    if (map.core != GetParam()) continue;
    if (map.libpfm.empty()) GTEST_SKIP() << "libpfm4 has no table for " << map.title << " yet";
    for (const auto& table : map.libpfm) {
      if (!knows(table)) GTEST_SKIP() << "this libpfm4 has no table " << table;
      const LibpfmOf libpfm(table);
      for (const auto& event : core_events(map)) {
        if (event.raw_only)
          EXPECT_NE(libpfm.code(event.name), event.code()) << event.name << " need not be raw_only any more";
        else
          EXPECT_EQ(libpfm.code(event.name), event.code()) << table << ": " << event.name;
      }
    }
  }
}

std::vector<std::string> cores() {
  std::vector<std::string> names;
  for (const auto& map : all_event_maps())
    if (!map.cpus.empty()) names.push_back(map.core);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cores, EventMapNames, ::testing::ValuesIn(cores()),
                         [](const auto& core) { return core.param; });

TEST(EventMapNames, the_kernels_generic_events_are_known_to_libpfm_by_these_names) {
  for (const auto& map : all_event_maps()) {
    if (map.core != "kernel") continue;
    const LibpfmOf libpfm("perf");
    for (const auto& event : core_events(map)) EXPECT_TRUE(libpfm.code(event.name)) << event.name;
  }
}

}  // namespace
}  // namespace hpct
