// SPDX-License-Identifier: Apache-2.0
#include "analyzer/metric.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  if (input.region != nullptr)
    return Value::missing("W", MissingReason::not_found, "energy is known for whole runs only");
  const auto energy = value_or_missing(input.values, "energy.package", "J");
  const auto time = value_or_missing(input.values, "time.wall", "s");
  return derive("W", "energy.package / time.wall", {&energy, &time},
                [&] { return *energy.number / *time.number; });
}

}  // namespace

extern const MetricInfo power;
const MetricInfo power{"power", "power", "Mean power of the packages: energy.package / time.wall",
                       Better::lower, compute};

}  // namespace hpct::metrics
