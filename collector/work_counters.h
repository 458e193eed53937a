// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

namespace hpct {

/// Running totals of the work that workloads declare, in this process. The sde source shows them to
/// any PAPI tool as software-defined events. Whole numbers: an event is an integer to PAPI.
struct WorkCounters {
  long long items = 0;
  long long flops = 0;
  long long bytes_read = 0;
  long long bytes_written = 0;
};

WorkCounters& work_counters();

/// Adds one repetition's work.
void publish_work(const Work& work);

}  // namespace hpct
