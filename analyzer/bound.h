// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzer/finding.h"

namespace hpct {

/// The finding that says best what keeps a run from being faster: a roof that it is near, else the cause
/// whose removal promises most, else that another rung of its ladder does the same faster. Empty when the
/// report cannot tell. `report` must have its metrics.
std::optional<Finding> bound_of(const Report& report, const Run& run);

/// Did the threads wait for cores so long that nothing else need explain the time?
bool machine_was_busy(const Run& run);

/// Why the report cannot tell, and how to find out; the runs share the reason.
std::string unknown_bound(const Report& report, const Run& run);

/// A sentence about a bound that is a matter of comparison ("its code"); empty for those whose word says all.
std::string_view meaning_of_bound(std::string_view bound);

}  // namespace hpct
