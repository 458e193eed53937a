// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "collector/counter_source.h"
#include "collector/work_counters.h"

namespace hpct::sources {

struct SdeEvent {
  const char* counter;
  const char* sde_name;
  const char* unit;
  const char* summary;
  WorkCounter WorkCounters::*source;
};
inline constexpr std::array<SdeEvent, 4> kSdeEvents{{
    {"sde.items", "items", "1", "items the workload finished", &WorkCounters::items},
    {"sde.flops", "flops", "flop", "floating-point operations declared", &WorkCounters::flops},
    {"sde.bytes_read", "bytes_read", "B", "bytes read as declared", &WorkCounters::bytes_read},
    {"sde.bytes_written", "bytes_written", "B", "bytes written as declared", &WorkCounters::bytes_written},
}};

inline std::vector<CounterInfo> sde_counters() {
  std::vector<CounterInfo> list;
  for (const auto& event : kSdeEvents) list.push_back({event.counter, event.unit, event.summary});
  return list;
}

}  // namespace hpct::sources
