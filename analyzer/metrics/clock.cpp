// SPDX-License-Identifier: Apache-2.0
#include "analyzer/counter_ratio.h"

namespace hpct::metrics {
namespace {

Value compute(const MetricInput& input) {
  // CPU time, and not wall time by threads: a core that waits has no cycles. What the kernel did for the run
  // is in the time but not in the cycles of user mode, so this is a little low for a run of many system
  // calls.
  return counter_ratio(input, "cycles", "time.cpu", 1, "Hz");
}

}  // namespace

extern const MetricInfo clock;
const MetricInfo clock{
    "clock",         "Clock", "The clock the cores really ran at, while they ran: cycles / time.cpu",
    Better::neither, compute, "cycles"};

}  // namespace hpct::metrics
