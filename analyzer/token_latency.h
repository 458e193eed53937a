// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "analyzer/metric.h"

namespace hpct {

/// Time of a token: the quantile `part` (0..1) of the repetitions, s. What the workload itself measured
/// between tokens, under the metric's own name, is kept. Missing below six repetitions, and where a
/// repetition is more than one token.
Value token_latency(const MetricInput& input, std::string_view own_name, double part);

}  // namespace hpct
