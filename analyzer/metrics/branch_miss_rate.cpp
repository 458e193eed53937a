// SPDX-License-Identifier: Apache-2.0
#include "analyzer/counter_ratio.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) { return counter_ratio(input, "branch.misses", "branches", 1, "%"); }

}  // namespace

extern const MetricInfo branch_miss_rate;
const MetricInfo branch_miss_rate{
    "branch.miss_rate", "Branch misses", "Share of branches that were mispredicted: branch.misses / branches",
    Better::lower,      compute,         "branches"};

}  // namespace hpct::metrics
