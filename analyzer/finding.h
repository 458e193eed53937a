// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hpct {

enum class Severity { info, advice, warning };

std::string_view name_of(Severity severity);

/// One number a finding rests on.
struct Evidence {
  std::string label;  ///< "DRAM traffic"
  Value value;
};

/// A bottleneck or a doubt, with the numbers that show it and what to do about it.
struct Finding {
  std::string id;  ///< of its FindingInfo: "memory_bound"
  std::string workload;
  std::string variant;
  std::string region;  ///< path, empty for the whole run
  Severity severity = Severity::advice;
  std::string claim;  ///< one sentence
  std::vector<Evidence> evidence;
  Value gain;              ///< time ratio to expect if it were removed (1.31 = 31 % faster); may be missing
  std::string advice;      ///< what to try
  std::string bound = {};  ///< what limits the run, in a word or two for a table ("memory"); empty: a doubt
};

/// A finding about a run (or a region of it) that the caller fills in; its gain is missing.
Finding start_finding(std::string_view id, Severity severity, const Run& run, const Region* region = nullptr);

/// The registry entry: one bottleneck each, listed in analyzer/CMakeLists.txt.
/// `check` sees the whole report, with all metrics, and one run of it (never a ceiling run).
struct FindingInfo {
  std::string_view id;
  std::string_view summary;
  std::vector<Finding> (*check)(const Report& report, const Run& run);
};

std::span<const FindingInfo* const> all_findings();

}  // namespace hpct
