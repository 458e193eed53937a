// SPDX-License-Identifier: Apache-2.0
#include "analyzer/metric.h"
#include "analyzer/rate.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  const auto throughput = value_or_missing(input.values, "throughput", input.run.item + "/s");
  const auto share = value_or_missing(input.values, "roof.share", "%");
  return derive(input.run.item + "/s", "throughput / roof.share", {&throughput, &share},
                [&] { return *throughput.number / *share.number; });
}

}  // namespace

extern const MetricInfo token_roof;
const MetricInfo token_roof{
    "token.roof",   "Roof",  "Tokens per second at the roof that binds: throughput / roof.share",
    Better::higher, compute, "token.bytes"};

}  // namespace hpct::metrics
