// SPDX-License-Identifier: Apache-2.0
#include "collector/hardware_metrics.h"

#include <array>

namespace hpct {
namespace {

constexpr std::array<HardwareMetric, 16> kMetrics{{
    {"instructions", "1", "instructions retired", true},
    {"cycles", "1", "core cycles, not halted", true},
    {"cycles.reference", "1", "cycles at the nominal clock, not halted", true},
    {"branches", "1", "branch instructions retired", true},
    {"branch.misses", "1", "mispredicted branches", true},
    {"l1d.misses", "1", "lines brought into the level 1 data cache", true},
    {"l2.misses", "1", "level 2 cache misses", true},
    {"l3.misses", "1", "last-level cache misses", true},
    {"flops.dp", "flop", "double-precision operations, as the hardware counts them", true},
    {"flops.sp", "flop", "single-precision operations, as the hardware counts them", true},
    {"flops.hp", "flop", "half-precision operations, as the hardware counts them", false},
    {"flops.any", "flop", "operations of all precisions, on cores that do not tell them apart", true, true},
    {"topdown.retiring", "%", "share of issue slots that did useful work", true},
    {"topdown.bad_speculation", "%", "share of issue slots wasted on wrong guesses", false, false,
     "topdown.retiring"},
    {"topdown.frontend", "%", "share of issue slots that waited for instructions", false, false,
     "topdown.retiring"},
    {"topdown.backend", "%", "share of issue slots that waited for data or units", false, false,
     "topdown.retiring"},
}};

}  // namespace

std::span<const HardwareMetric> hardware_metrics() { return kMetrics; }

std::vector<CounterInfo> hardware_counters() {
  std::vector<CounterInfo> list;
  for (const auto& metric : kMetrics)
    list.push_back({std::string(metric.name), std::string(metric.unit), std::string(metric.summary)});
  return list;
}

}  // namespace hpct
