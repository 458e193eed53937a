// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/value.h>
#include <string>
#include <string_view>

namespace hpct {

/// Three significant digits and a fitting prefix: "241 ms", "6.81 GB/s", "12.3 Mrow/s", "1.38 GB".
/// A unit of "1" prints the bare number, "%" prints a ratio as per cent.
std::string format_quantity(double number, std::string_view unit);

/// The value as people read it: the quantity, or "missing (no_pmu)" with its reason.
std::string format_value(const Value& value);

}  // namespace hpct
