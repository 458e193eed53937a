// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "collector/counter_source.h"

namespace hpct {

/// "auto" (whatever works here), "none" (nothing beside what is free), or names: "cycles,l3.misses"; with
/// "simulated" beside any of them (alone: beside auto) for ir_sim. Errors: an unknown name is a usage error
/// that names the nearest one.
Expected<CounterRequest> parse_counters(std::string_view text);

}  // namespace hpct
