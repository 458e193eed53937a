// SPDX-License-Identifier: Apache-2.0
// Stands in for papi.cpp in a build without PAPI: the same counters, all missing.
#include "collector/hardware_metrics.h"
#include "collector/sources/without_papi.h"

namespace hpct::sources {
extern const CounterSourceInfo papi_absent;
const CounterSourceInfo papi_absent{
    "papi", "the core's own counters through PAPI", hardware_counters, without_papi, refuse_without_papi,
    false};

}  // namespace hpct::sources
