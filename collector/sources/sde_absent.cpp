// SPDX-License-Identifier: Apache-2.0
// Stands in for sde.cpp in a build without PAPI: the same counters, all missing.
#include "collector/sources/sde_events.h"

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

extern const CounterSourceInfo sde_absent;
const CounterSourceInfo sde_absent{
    "sde", "the workload's own counts, through PAPI software-defined events", sde_counters, probe, open,
    false};

}  // namespace hpct::sources
