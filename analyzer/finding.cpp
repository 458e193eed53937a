// SPDX-License-Identifier: Apache-2.0
#include "analyzer/finding.h"

#include <array>

namespace hpct {

std::string_view name_of(Severity severity) {
  constexpr std::array<std::string_view, 3> kNames{"info", "advice", "warning"};
  return kNames.at(static_cast<std::size_t>(severity));
}

Finding start_finding(std::string_view id, Severity severity, const Run& run, const Region* region) {
  Finding finding;
  finding.id = id;
  finding.severity = severity;
  finding.workload = run.workload;
  finding.variant = run.variant;
  if (region != nullptr) finding.region = region->path;
  finding.gain = Value::missing("1", MissingReason::undefined, "nothing to be gained in time");
  return finding;
}

}  // namespace hpct
