// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "collector/event_backend.h"

namespace hpct {

/// The events of the papi source, for whoever plans by himself; start_papi() is done. Only with HPCT_PAPI.
std::unique_ptr<EventBackend> papi_backend();

}  // namespace hpct
