// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/roof_findings.h"
#include "analyzer/roofline.h"

namespace hpct::findings {
namespace {

std::string advice(const Report& /*report*/, const Run& /*run*/, const Ceiling& roof) {
  if (roof.level == "DRAM")
    return "Move fewer bytes: smaller types, one pass instead of several, blocks that stay in cache. "
           "Faster arithmetic will not help.";
  return fmt::format(
      "Work on smaller blocks, so that data is used again before it leaves the cache above {}, or keep more "
      "of it "
      "in registers. Faster arithmetic will not help.",
      roof.level);
}

std::vector<Finding> check(const Report& report, const Run& run) {
  return roof_findings({"memory_bound", "bandwidth", "memory", advice}, report, run);
}

}  // namespace

extern const FindingInfo memory_bound;
const FindingInfo memory_bound{"memory_bound", "The memory system delivers about all it can", check};

}  // namespace hpct::findings
