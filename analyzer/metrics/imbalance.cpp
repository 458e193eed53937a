// SPDX-License-Identifier: Apache-2.0
#include "analyzer/balance.h"
#include "analyzer/metric.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  return input.region == nullptr ? imbalance_of(input.run) : imbalance_of(input.run, *input.region);
}

}  // namespace

extern const MetricInfo imbalance;
const MetricInfo imbalance{"imbalance", "Imbalance",
                           "Time that perfect balance would save: (slowest thread - mean) / slowest thread",
                           Better::lower, compute};

}  // namespace hpct::metrics
