// SPDX-License-Identifier: Apache-2.0
#include "analyzer/token_latency.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) { return token_latency(input, "latency.p50", 0.50); }

}  // namespace

extern const MetricInfo latency_p50;
const MetricInfo latency_p50{"latency.p50", "p50",   "Median time of a token",
                             Better::lower, compute, "token.bytes"};

}  // namespace hpct::metrics
