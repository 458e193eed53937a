// SPDX-License-Identifier: Apache-2.0
#include "analyzer/metric.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  // CPU time is read once per repetition, not per region: a region has none, and dividing the
  // region's wall time by itself would only look like one.
  if (input.region != nullptr)
    return Value::missing("%", MissingReason::not_found, "CPU time is known for whole runs only");
  const auto cpu = value_or_missing(input.values, "time.cpu", "s");
  const auto wall = value_or_missing(input.values, "time.wall", "s");
  return derive("%", "time.cpu / (time.wall * threads)", {&cpu, &wall},
                [&] { return *cpu.number / (*wall.number * input.run.threads); });
}

}  // namespace

extern const MetricInfo cpu_utilisation;
const MetricInfo cpu_utilisation{"cpu.utilisation", "CPU",
                                 "Share of its cores' time a run used: time.cpu / (time.wall * threads)",
                                 Better::higher, compute};

}  // namespace hpct::metrics
