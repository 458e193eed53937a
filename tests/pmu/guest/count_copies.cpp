// SPDX-License-Identifier: Apache-2.0
// count-copies papi|perf_event together|in_turns LOOPS...: makes the collector plan more events than there
// are counters, with a known truth: every hardware metric gets a map that counts instructions, which is what
// the emulated core counts, and takes a counter of its own. First a line that says how many events are taken
// at once, then print_counts().
#include <fmt/format.h>

#include <array>

#include "collector/counting_plan.h"
#include "collector/hardware_counters.h"
#include "collector/papi_backend.h"
#include "collector/perf_events.h"
#include "loops.h"

namespace {

using hpct::EventMap;
using hpct::NativeEvent;

constexpr const char* kInstructions = "0x8";

/// Common events of the architecture; the driver takes them all, QEMU counts none of them.
constexpr std::array<const char*, 16> kCountNothing{"0x01", "0x02", "0x03", "0x04", "0x05", "0x10",
                                                    "0x12", "0x13", "0x14", "0x15", "0x16", "0x17",
                                                    "0x18", "0x19", "0x1b", "0x1d"};

NativeEvent raw_event(std::string name, const char* code) {
  return {.name = std::move(name), .raw = code, .weight = 1, .raw_only = true};
}

/// Takes a counter, and adds nothing to the instructions. The kernel counts the same event twice, PAPI
/// refuses to.
std::vector<NativeEvent> instructions(bool papi, std::size_t i) {
  if (!papi) return {raw_event(fmt::format("COPY_{}", i), kInstructions)};
  return {raw_event("INST_RETIRED", kInstructions),
          raw_event(fmt::format("NOTHING_{}", i), kCountNothing.at(i))};
}

EventMap map_of_copies(bool papi) {
  EventMap map;
  map.core = "copies";
  std::size_t i = 0;
  for (const auto& metric : hpct::hardware_metrics())
    if (i < kCountNothing.size()) map.metrics[std::string(metric.name)].events = instructions(papi, i++);
  return map;
}

/// How many events are taken together, and why not one more. Cycles have a counter of their own.
void print_limit(hpct::EventBackend& backend) {
  std::vector<NativeEvent> events{raw_event("CPU_CYCLES", "0x11")};
  for (std::size_t i = 0; i < kCountNothing.size(); ++i) {
    events.push_back(raw_event(fmt::format("NOTHING_{}", i), kCountNothing.at(i)));
    const auto group = backend.open(events, hpct::Sharing::together);
    if (group) continue;
    fmt::print("{{\"fit\": {}, \"reason\": {}, \"detail\": {}}}\n", events.size() - 1,
               hpct::quoted(name_of(group.error().reason)), hpct::quoted(group.error().detail));
    return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const bool papi = std::string_view(argv[1]) == "papi";
  const auto backend = papi ? hpct::papi_backend() : std::make_unique<hpct::PerfEvents>();
  print_limit(*backend);
  const auto map = map_of_copies(papi);
  const std::vector<const EventMap*> maps{&map};
  hpct::CounterRequest request;
  request.multiplex = std::string_view(argv[2]) == "in_turns";
  hpct::HardwareCounters source(*backend, plan_counting(*backend, maps, request));
  for (int i = 3; i < argc; ++i) hpct::print_counts(source, argv[i]);
}
