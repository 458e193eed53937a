// SPDX-License-Identifier: Apache-2.0
#include "analyzer/metric.h"
#include "analyzer/rate.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  const auto bytes = declared_bytes(input);
  const auto time = value_or_missing(input.values, "time.wall", "s");
  return rate_over_time(bytes, time, "B/s", "(work.bytes_read + work.bytes_written) / time.wall");
}

}  // namespace

extern const MetricInfo bytes_rate;
const MetricInfo bytes_rate{"bytes.rate", "B/s",
                            "Memory traffic: (work.bytes_read + work.bytes_written) / time.wall",
                            Better::higher, compute};

}  // namespace hpct::metrics
