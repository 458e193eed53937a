// SPDX-License-Identifier: Apache-2.0
#include "analyzer/issue_slots.h"

namespace hpct::findings {
namespace {

std::vector<Finding> check(const Report& /*report*/, const Run& run) {
  return slot_findings(
      {.id = "many_instructions",
       .metric = "topdown.retiring",
       .limit = 0.7,
       .bound = "instructions",
       .claim = "did useful work, and still no roof is near: it is the number of instructions",
       .advice = "Execute fewer: wider vectors, fewer conversions and address computations, work moved out "
                 "of the loop."},
      run);
}

}  // namespace

extern const FindingInfo many_instructions;
const FindingInfo many_instructions{
    "many_instructions", "The core is busy with useful instructions, but far from its roofs", check};

}  // namespace hpct::findings
