// SPDX-License-Identifier: Apache-2.0
#include "analyzer/issue_slots.h"

namespace hpct::findings {
namespace {

std::vector<Finding> check(const Report& /*report*/, const Run& run) {
  return slot_findings(
      {.id = "stalled",
       .metric = "topdown.backend",
       .limit = 0.4,
       .bound = "latency",
       .claim = "waited for data or for a busy unit",
       .advice = "Where no roof is near it is latency: keep more independent work in flight (several sums, "
                 "several vectors, prefetch), and shorten chains of operations that wait for each other."},
      run);
}

}  // namespace

extern const FindingInfo stalled;
const FindingInfo stalled{"stalled", "The core waits for data or for busy units", check};

}  // namespace hpct::findings
