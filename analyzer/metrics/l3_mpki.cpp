// SPDX-License-Identifier: Apache-2.0
#include "analyzer/counter_ratio.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) { return misses_per_kilo_instruction(input, "l3.misses"); }

}  // namespace

extern const MetricInfo l3_mpki;
const MetricInfo l3_mpki{
    "l3.mpki",     "L3 MPKI", "Misses per thousand instructions: 1000 * l3.misses / instructions",
    Better::lower, compute,   "l3.misses"};

}  // namespace hpct::metrics
