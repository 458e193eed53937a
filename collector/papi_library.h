// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collector/counter_source.h"

namespace hpct {

/// Starts PAPI once for the process, after registering our software-defined events: PAPI looks for
/// libsde's counters while it starts, so the first source to be asked must not leave the others out.
/// Cheap to call again. Usable, or the reason why PAPI does not start.
const Availability& start_papi();

/// Is PAPI's component `name` built in and enabled? Starts PAPI.
Availability papi_component(const char* name);

}  // namespace hpct
