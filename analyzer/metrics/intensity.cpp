// SPDX-License-Identifier: Apache-2.0
#include "analyzer/metric.h"
#include "analyzer/rate.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  const auto flops = declared_work(input, "work.flops", "flop");
  const auto bytes = declared_bytes(input);
  return derive("flop/B", "work.flops / (work.bytes_read + work.bytes_written)", {&flops, &bytes},
                [&] { return *flops.number / *bytes.number; });
}

}  // namespace

extern const MetricInfo intensity;
const MetricInfo intensity{"intensity", "flop/B",
                           "Arithmetic intensity: work.flops / (work.bytes_read + work.bytes_written)",
                           Better::neither, compute};

}  // namespace hpct::metrics
