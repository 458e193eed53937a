// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <optional>

#include "analyzer/metric.h"

namespace hpct::metrics {
namespace {

/// A precision that the core has no event for, or that nobody asked for. Any other gap would make the sum too
/// small.
bool is_absent(const Value& value) {
  return !value.known() &&
         (value.reason == MissingReason::event_unknown || value.reason == MissingReason::not_found);
}

Value only(const Value& value, std::string_view name) {
  return derive("flop", std::string(name), {&value}, [&] { return *value.number; });
}

Value added(const Value& sum, const Value& value, std::string_view name) {
  return derive("flop", fmt::format("{} + {}", sum.formula, name), {&sum, &value},
                [&] { return *sum.number + *value.number; });
}

Value compute(const MetricInput& input) {
  const auto any = input.values.find("flops.any");
  if (any != input.values.end() && any->second.known()) return only(any->second, "flops.any");
  std::optional<Value> sum;
  for (const std::string_view name : {"flops.dp", "flops.sp", "flops.hp"}) {
    const auto value = value_or_missing(input.values, name, "flop");
    if (is_absent(value)) continue;
    sum = sum ? added(*sum, value, name) : only(value, name);
  }
  return sum.value_or(value_or_missing(input.values, "flops.dp", "flop"));
}

}  // namespace

extern const MetricInfo flops_counted;
const MetricInfo flops_counted{
    "flops.counted",
    "FLOPs counted",
    "Floating-point operations as the hardware counts them, all precisions together",
    Better::neither,
    compute,
    "flops.dp"};

}  // namespace hpct::metrics
