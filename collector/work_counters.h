// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

namespace hpct {

/// One running total. Whole numbers: an event is an integer to PAPI.
struct WorkCounter {
  long long total = 0;
  /// Where the amount published last came from; empty when the workload did not declare it, so that
  /// a total that stood still is not taken for "none".
  std::optional<Provenance> provenance;
};

/// Running totals of the work that workloads declare, in this process. The sde source shows them to
/// any PAPI tool as software-defined events.
struct WorkCounters {
  WorkCounter items;
  WorkCounter flops;
  WorkCounter bytes_read;
  WorkCounter bytes_written;
};

WorkCounters& work_counters();

/// Adds one repetition's work.
void publish_work(const Work& work);

}  // namespace hpct
