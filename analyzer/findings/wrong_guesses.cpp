// SPDX-License-Identifier: Apache-2.0
#include "analyzer/issue_slots.h"

namespace hpct::findings {
namespace {

std::vector<Finding> check(const Report& /*report*/, const Run& run) {
  return slot_findings({.id = "wrong_guesses",
                        .metric = "topdown.bad_speculation",
                        .limit = 0.15,
                        .bound = "branches",
                        .claim = "went into work that was thrown away after a wrong guess at a branch",
                        .advice = "Replace branches on the data by masks, tables or minimum and maximum; "
                                  "sort or bin the data so that neighbours take the same way."},
                       run);
}

}  // namespace

extern const FindingInfo wrong_guesses;
const FindingInfo wrong_guesses{"wrong_guesses", "Work after mispredicted branches is thrown away", check};

}  // namespace hpct::findings
