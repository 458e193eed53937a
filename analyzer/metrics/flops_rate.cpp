// SPDX-License-Identifier: Apache-2.0
#include "analyzer/metric.h"
#include "analyzer/rate.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  const auto flops = declared_work(input, "work.flops", "flop");
  const auto time = value_or_missing(input.values, "time.wall", "s");
  return rate_over_time(flops, time, "flop/s", "work.flops / time.wall");
}

}  // namespace

extern const MetricInfo flops_rate;
const MetricInfo flops_rate{"flops.rate", "flop/s", "Arithmetic rate: work.flops / time.wall", Better::higher,
                            compute};

}  // namespace hpct::metrics
