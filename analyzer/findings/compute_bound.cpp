// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "analyzer/roof_findings.h"
#include "analyzer/roofline.h"

namespace hpct::findings {
namespace {

// A wider instruction set is worth the rewriting when its roof is clearly higher.
constexpr double kClearlyHigher = 1.2;

const Ceiling* higher_roof(const Report& report, const Run& run, const Ceiling& roof) {
  const Ceiling* highest = nullptr;
  for (const auto& other : report.ceilings)
    if (other.id == roof.id && other.threads == run.threads && other.value.known() &&
        *other.value.number > *roof.value.number * kClearlyHigher &&
        (highest == nullptr || *other.value.number > *highest->value.number))
      highest = &other;
  return highest;
}

std::string advice(const Report& report, const Run& run, const Ceiling& roof) {
  if (const auto* higher = higher_roof(report, run, roof))
    return fmt::format("Use {}: its roof on this machine is {:.1f}x higher. Otherwise do less arithmetic.",
                       higher->isa, *higher->value.number / *roof.value.number);
  return "This is the widest instruction set measured here: only less arithmetic, a smaller type or more "
         "cores make it faster.";
}

std::vector<Finding> check(const Report& report, const Run& run) {
  return roof_findings({"compute_bound", "compute", "arithmetic", advice}, report, run);
}

}  // namespace

extern const FindingInfo compute_bound;
const FindingInfo compute_bound{"compute_bound", "The arithmetic units do about all they can", check};

}  // namespace hpct::findings
