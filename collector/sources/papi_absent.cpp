// SPDX-License-Identifier: Apache-2.0
// Stands in for papi.cpp in a build without PAPI: the same counters, all missing.
#include "collector/hardware_metrics.h"

namespace hpct::sources {
namespace {

Availability probe() {
  return {false, MissingReason::not_built, "hpct-prof was built without PAPI",
          "install libpapi-dev and build again with -DHPCT_PAPI=ON"};
}

Expected<std::unique_ptr<CounterSource>> open(const CounterRequest&) {
  return fail(ErrorCode::not_supported, probe().detail, probe().remedy);
}

}  // namespace

extern const CounterSourceInfo papi_absent;
const CounterSourceInfo papi_absent{
    "papi", "the core's own counters through PAPI", hardware_counters, probe, open, false};

}  // namespace hpct::sources
