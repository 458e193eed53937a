// SPDX-License-Identifier: Apache-2.0
#include "analyzer/token_latency.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) { return token_latency(input, "latency.p99", 0.99); }

}  // namespace

extern const MetricInfo latency_p99;
const MetricInfo latency_p99{"latency.p99", "p99",   "Time of a token that 99 % do not exceed",
                             Better::lower, compute, "token.bytes"};

}  // namespace hpct::metrics
