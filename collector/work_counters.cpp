// SPDX-License-Identifier: Apache-2.0
#include "collector/work_counters.h"

#include <cmath>

namespace hpct {
namespace {

long long amount_of(const std::optional<Quantity>& quantity) {
  return quantity ? std::llround(quantity->amount) : 0;
}

}  // namespace

WorkCounters& work_counters() {
  static WorkCounters counters;
  return counters;
}

void publish_work(const Work& work) {
  auto& counters = work_counters();
  counters.items += amount_of(work.items);
  counters.flops += amount_of(work.flops);
  counters.bytes_read += amount_of(work.bytes_read);
  counters.bytes_written += amount_of(work.bytes_written);
}

}  // namespace hpct
