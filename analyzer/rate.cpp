// SPDX-License-Identifier: Apache-2.0
#include "analyzer/rate.h"

#include <fmt/format.h>

namespace hpct {

Value declared_work(const MetricInput& input, std::string_view name, std::string_view unit) {
  const auto at = input.values.find(name);
  if (at != input.values.end()) return at->second;
  if (input.run.role == "benchmark")  // one reason for all of them, not one each
    return Value::missing(std::string(unit), MissingReason::not_declared,
                          fmt::format("a benchmark does not declare {}", name));
  return Value::missing(std::string(unit), MissingReason::not_declared,
                        fmt::format("{} declares no {} for this {}", input.run.workload, name,
                                    input.region == nullptr ? "run" : "region"));
}

Value declared_bytes(const MetricInput& input) {
  const auto read = declared_work(input, "work.bytes_read", "B");
  const auto written = declared_work(input, "work.bytes_written", "B");
  return derive("B", "work.bytes_read + work.bytes_written", {&read, &written},
                [&] { return *read.number + *written.number; });
}

Value rate_over_time(const Value& amount, const Value& time, std::string unit, std::string formula) {
  auto rate = derive(std::move(unit), std::move(formula), {&amount, &time},
                     [&] { return *amount.number / *time.number; });
  if (rate.known() && time.interval && time.interval->low > 0)
    rate.interval = Interval{*amount.number / time.interval->high, *amount.number / time.interval->low};
  return rate;
}

}  // namespace hpct
