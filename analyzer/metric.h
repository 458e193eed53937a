// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <span>
#include <string_view>
#include <vector>

namespace hpct {

enum class Better { higher, lower, neither };

/// What a metric is computed from: one run, or one region of it.
/// `values` are the run's or the region's own, including the metrics listed before this one.
struct MetricInput {
  const Report& report;
  const Run& run;
  const Region* region;  ///< null for the whole run
  const ValueMap& values;
};

/// A derived quantity: a row in analyzer/CMakeLists.txt and a small pure function.
/// Returns a missing value, never a zero, when an input is not there.
struct MetricInfo {
  std::string_view id;       ///< key in the report: "flops.rate"
  std::string_view title;    ///< column heading: "GFLOP/s"
  std::string_view summary;  ///< one sentence with the formula
  Better better = Better::higher;
  Value (*compute)(const MetricInput& input);
  /// The counter it is about: left out where the values have no word on that. Empty: computed everywhere.
  std::string_view needs = {};
};

std::span<const MetricInfo* const> all_metrics();

/// Those that some run or region of the report has.
std::vector<const MetricInfo*> metrics_in(const Report& report);

/// values[name], or a missing value that says the report has none.
Value value_or_missing(const ValueMap& values, std::string_view name, std::string_view unit);

}  // namespace hpct
