// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <string>
#include <string_view>

namespace hpct {

enum class Certification {
  certified,  ///< right on every kernel it was tried on
  refuted,    ///< wrong on one of them
  untried,    ///< on none
};

Certification certification_of(const Report& report, std::string_view counter);

/// Why `value`, a hardware counter's, must not decide a gate, in one sentence; "" when it may: it was tried
/// on known work and right, and was counted for at least 90 % of the time.
std::string why_not_for_a_gate(const Report& report, std::string_view counter, const Value& value);

}  // namespace hpct
