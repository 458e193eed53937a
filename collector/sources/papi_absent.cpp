// SPDX-License-Identifier: Apache-2.0
// Stands in for papi.cpp in a build without PAPI: the same counters, all missing.
#include "collector/counter_source.h"

namespace hpct::sources {
namespace {

std::vector<CounterInfo> counters() {
  std::vector<CounterInfo> list;
  for (const char* name : {"instructions", "cycles", "cycles.reference", "branches", "branch.misses",
                           "l1d.misses", "l2.misses", "l3.misses"})
    list.push_back({name, "1", "hardware counter"});
  return list;
}

Availability probe() {
  return {false, MissingReason::not_built, "hpct-prof was built without PAPI",
          "install libpapi-dev and build again with -DHPCT_PAPI=ON"};
}

Expected<std::unique_ptr<CounterSource>> open() {
  return fail(ErrorCode::not_supported, probe().detail, probe().remedy);
}

}  // namespace

extern const CounterSourceInfo papi_absent;
const CounterSourceInfo papi_absent{"papi", "hardware counters through PAPI", counters, probe, open};

}  // namespace hpct::sources
