// SPDX-License-Identifier: Apache-2.0
#include "analyzer/counter_ratio.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) { return misses_per_kilo_instruction(input, "l2.misses"); }

}  // namespace

extern const MetricInfo l2_mpki;
const MetricInfo l2_mpki{
    "l2.mpki",     "L2 MPKI", "Misses per thousand instructions: 1000 * l2.misses / instructions",
    Better::lower, compute,   "l2.misses"};

}  // namespace hpct::metrics
