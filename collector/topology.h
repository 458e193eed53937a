// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/machine_facts.h>

namespace hpct {

/// Fills packages, cores, hardware threads, NUMA nodes and caches from hwloc.
void describe_topology(Machine& machine);

}  // namespace hpct
