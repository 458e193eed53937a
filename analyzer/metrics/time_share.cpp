// SPDX-License-Identifier: Apache-2.0
#include "analyzer/metric.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  const auto part = value_or_missing(input.values, "time.wall", "s");
  const auto whole = value_or_missing(input.run.values, "time.wall", "s");
  return derive("%", "time.wall / time.wall of the run", {&part, &whole},
                [&] { return *part.number / *whole.number; });
}

}  // namespace

extern const MetricInfo time_share;
const MetricInfo time_share{"time.share", "Share", "Part of the run's wall time spent in the region",
                            Better::neither, compute};

}  // namespace hpct::metrics
