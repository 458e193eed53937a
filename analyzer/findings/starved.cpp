// SPDX-License-Identifier: Apache-2.0
#include "analyzer/issue_slots.h"

namespace hpct::findings {
namespace {

std::vector<Finding> check(const Report& /*report*/, const Run& run) {
  return slot_findings({.id = "starved",
                        .metric = "topdown.frontend",
                        .limit = 0.3,
                        .bound = "instruction fetch",
                        .claim = "waited for instructions to be fetched and decoded",
                        .advice = "Make the hot code smaller or straighter: less inlining and unrolling, "
                                  "fewer indirect calls, profile-guided layout."},
                       run);
}

}  // namespace

extern const FindingInfo starved;
const FindingInfo starved{"starved", "The core waits for instructions", check};

}  // namespace hpct::findings
