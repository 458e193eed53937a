// SPDX-License-Identifier: Apache-2.0
// Every native name of every map exists for its CPU and means the code that stands beside it: libpfm4 is
// asked, with its table of that CPU forced upon it.
#include <gmock/gmock.h>
#include <perfmon/pfmlib.h>
#include <perfmon/pfmlib_perf_event.h>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "collector/event_maps.h"

namespace hpct {
namespace {

/// What libpfm4 makes of a name.
struct Encoding {
  bool known = false;
  std::uint64_t code = 0;
  bool operator==(const Encoding&) const = default;
};
void PrintTo(const Encoding& encoding, std::ostream* out) {
  *out << (encoding.known ? fmt::format("{:#x}", encoding.code) : "unknown");
}

Encoding encoded(const std::string& name) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  pfm_perf_encode_arg_t argument{};
  argument.size = sizeof argument;
  argument.attr = &attributes;
  const bool known =
      pfm_get_os_event_encoding(name.c_str(), PFM_PLM3, PFM_OS_PERF_EVENT, &argument) == PFM_SUCCESS;
  return {known, known ? attributes.config : 0};
}

/// Tables are compiled in by architecture: an x86 libpfm4 knows no Arm core, and older ones not the newest.
bool has_table(const std::string& table) {
  pfm_pmu_info_t pmu{};
  for (int i = 0; i < PFM_PMU_MAX; ++i) {
    pmu.size = sizeof pmu;
    if (pfm_get_pmu_info(static_cast<pfm_pmu_t>(i), &pmu) == PFM_SUCCESS && table == pmu.name) return true;
  }
  return false;
}

/// What libpfm4 makes of the names on a machine with this table's CPU; empty when it has no such table. In a
/// process of its own, because the library keeps the table it was first forced to use.
std::vector<Encoding> encodings(const std::string& table, const std::vector<NativeEvent>& events) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("LIBPFM_FORCE_PMU", table.c_str(), 1);
    const bool usable = pfm_initialize() == PFM_SUCCESS && has_table(table);
    for (std::size_t i = 0; usable && i < events.size(); ++i) {
      const auto encoding = encoded(events[i].name);
      if (::write(pipe[1], &encoding, sizeof encoding) != sizeof encoding) break;
    }
    ::_exit(0);
  }
  ::close(pipe[1]);
  std::vector<Encoding> list;
  for (Encoding encoding; ::read(pipe[0], &encoding, sizeof encoding) == sizeof encoding;)
    list.push_back(encoding);
  ::close(pipe[0]);
  ::waitpid(child, nullptr, 0);
  return list;
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
      const auto events = core_events(map);
      const auto found = encodings(table, events);
      if (found.empty()) GTEST_SKIP() << "this libpfm4 has no table " << table;
      ASSERT_EQ(found.size(), events.size());
      for (std::size_t i = 0; i < events.size(); ++i) {
        const Encoding ours{true, events[i].code().value_or(0)};
        if (events[i].raw_only)
          EXPECT_NE(found[i], ours) << events[i].name << " need not be raw_only any more";
        else
          EXPECT_EQ(found[i], ours) << table << ": " << events[i].name;
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
    for (const auto& encoding : encodings("perf", core_events(map))) EXPECT_TRUE(encoding.known);
  }
}

}  // namespace
}  // namespace hpct
