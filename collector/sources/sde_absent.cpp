// SPDX-License-Identifier: Apache-2.0
// Stands in for sde.cpp in a build without PAPI: the same counters, all missing.
#include "collector/sources/sde_events.h"
#include "collector/sources/without_papi.h"

namespace hpct::sources {
extern const CounterSourceInfo sde_absent;
const CounterSourceInfo sde_absent{"sde",
                                   "the workload's own counts, through PAPI software-defined events",
                                   sde_counters,
                                   without_papi,
                                   refuse_without_papi,
                                   false};

}  // namespace hpct::sources
