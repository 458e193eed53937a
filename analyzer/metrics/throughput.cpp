// SPDX-License-Identifier: Apache-2.0
#include "analyzer/metric.h"
#include "analyzer/rate.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  const auto items = declared_work(input, "work.items", input.run.item);
  const auto time = value_or_missing(input.values, "time.wall", "s");
  return rate_over_time(items, time, input.run.item + "/s", "work.items / time.wall");
}

}  // namespace

extern const MetricInfo throughput;
const MetricInfo throughput{"throughput", "Throughput",
                            "Items of the workload's own unit per second: work.items / time.wall",
                            Better::higher, compute};

}  // namespace hpct::metrics
