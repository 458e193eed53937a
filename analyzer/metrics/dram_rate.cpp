// SPDX-License-Identifier: Apache-2.0
#include "analyzer/metric.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  const auto read = value_or_missing(input.values, "dram.bytes_read", "B");
  const auto written = value_or_missing(input.values, "dram.bytes_written", "B");
  const auto time = value_or_missing(input.values, "time.wall", "s");
  return derive("B/s", "(dram.bytes_read + dram.bytes_written) / time.wall", {&read, &written, &time},
                [&] { return (*read.number + *written.number) / *time.number; });
}

}  // namespace

extern const MetricInfo dram_rate;
const MetricInfo dram_rate{
    "dram.rate",
    "DRAM B/s",
    "Memory traffic of the whole machine: (dram.bytes_read + dram.bytes_written) / time.wall",
    Better::neither,
    compute,
    "dram.bytes_read"};

}  // namespace hpct::metrics
