// SPDX-License-Identifier: Apache-2.0
#include "collector/work_counters.h"

#include <cmath>

namespace hpct {
namespace {

/// Past this a double no longer converts to long long; a total that large means nothing anyway.
constexpr double kLargest = 9e18;

void add(const std::optional<Quantity>& quantity, WorkCounter& counter) {
  counter.provenance.reset();
  if (!quantity || !(std::abs(quantity->amount) < kLargest - std::abs(static_cast<double>(counter.total))))
    return;
  counter.total += std::llround(quantity->amount);
  counter.provenance = quantity->provenance;
}

}  // namespace

WorkCounters& work_counters() {
  static WorkCounters counters;
  return counters;
}

void publish_work(const Work& work) {
  auto& counters = work_counters();
  add(work.items, counters.items);
  add(work.flops, counters.flops);
  add(work.bytes_read, counters.bytes_read);
  add(work.bytes_written, counters.bytes_written);
}

}  // namespace hpct
