// SPDX-License-Identifier: Apache-2.0
#include "analyzer/counter_ratio.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) { return counter_ratio(input, "instructions", "cycles"); }

}  // namespace

extern const MetricInfo ipc;
const MetricInfo ipc{"ipc",          "IPC",   "Instructions per cycle: instructions / cycles",
                     Better::higher, compute, "instructions"};

}  // namespace hpct::metrics
