// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collector/counter_source.h"

/// What the sources that need PAPI say in a build without it.
namespace hpct::sources {

inline Availability without_papi() {
  return {false, MissingReason::not_built, "hpct-prof was built without PAPI",
          "install libpapi-dev and build again with -DHPCT_PAPI=ON"};
}

inline Expected<std::unique_ptr<CounterSource>> refuse_without_papi(const CounterRequest&) {
  return fail(ErrorCode::not_supported, without_papi().detail, without_papi().remedy);
}

}  // namespace hpct::sources
