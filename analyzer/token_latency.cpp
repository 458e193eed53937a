// SPDX-License-Identifier: Apache-2.0
#include "analyzer/token_latency.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/repetitions.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

constexpr std::size_t kFewest = 6;  // as for an interval

}  // namespace

Value token_latency(const MetricInput& input, std::string_view own_name, double part) {
  if (const auto own = input.run.values.find(own_name);
      own != input.run.values.end() && std::ranges::find(input.run.facts, own_name) != input.run.facts.end())
    return own->second;
  if (value_or_missing(input.values, "work.items", input.run.item).number.value_or(0) != 1)
    return Value::missing("s", MissingReason::undefined, "a repetition is more than one token");
  const auto seconds = wall_seconds(input.run);
  if (seconds.size() < kFewest)
    return Value::missing("s", MissingReason::too_few, fmt::format("it needs {} repetitions", kFewest));
  return Value::of(
      quantile(seconds, part), "s", Provenance::measured,
      fmt::format("{:g} % quantile of {} repetitions of a token each", part * 100, seconds.size()));
}

}  // namespace hpct
