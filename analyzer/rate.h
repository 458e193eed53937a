// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "analyzer/metric.h"

namespace hpct {

/// The work of a run or region by name ("work.flops"); missing with reason not_declared when the
/// workload says nothing about it.
Value declared_work(const MetricInput& input, std::string_view name, std::string_view unit);

/// Bytes read and written together.
Value declared_bytes(const MetricInput& input);

/// amount / time. When the time has an interval the rate gets the corresponding one: the
/// amount of work is the same in every repetition, so all the doubt comes from the clock.
Value rate_over_time(const Value& amount, const Value& time, std::string unit, std::string formula);

}  // namespace hpct
