// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/value.h>

#include <string>

namespace hpct {

/// A counter that was on for less of the time than this is an extrapolation, and no ground for a verdict.
inline constexpr double kFewestRunning = 0.9;

/// Why a value must not decide anything, in words; empty when it may.
std::string distrust(const Value& value);

}  // namespace hpct
