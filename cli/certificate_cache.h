// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collector/certificate.h"

namespace hpct {

/// What this machine's counters make of known work: from the cache, or tried now in less than a second.
/// Kept per CPU, microcode, kernel and events. Empty where no hardware counter works. `renew`: try even if
/// there is one.
Certificate certificate_here(bool renew);

}  // namespace hpct
