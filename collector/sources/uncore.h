// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "collector/counter_source.h"

namespace hpct {

/// Bytes between the memory and everybody: counted in the memory controllers, outside the cores.
std::vector<CounterInfo> memory_traffic_counters();

}  // namespace hpct
