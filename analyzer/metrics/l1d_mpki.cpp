// SPDX-License-Identifier: Apache-2.0
#include "analyzer/counter_ratio.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) { return misses_per_kilo_instruction(input, "l1d.misses"); }

}  // namespace

extern const MetricInfo l1d_mpki;
const MetricInfo l1d_mpki{
    "l1d.mpki",    "L1D MPKI", "Misses per thousand instructions: 1000 * l1d.misses / instructions",
    Better::lower, compute,    "l1d.misses"};

}  // namespace hpct::metrics
