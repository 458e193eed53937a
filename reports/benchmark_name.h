// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <map>
#include <string>
#include <string_view>

namespace hpct {

/// The parts of a Google Benchmark's name, "FAMILY/8/rows:100/real_time/threads:2".
struct BenchmarkName {
  std::string family;   ///< up to the first slash
  std::string variant;  ///< the rest, whole: with the family it is the name again
  /// Arguments: {"arg0", 8}, {"rows", 100}; not what only says how it was run.
  std::map<std::string, Scalar, std::less<>> parameters;
  int threads = 1;
};

BenchmarkName parse_benchmark_name(std::string_view name);

/// Do its rates divide by real (or manual) time? By CPU time otherwise.
bool ruled_by_real_time(std::string_view name);

/// The name of a run as a benchmark: WORKLOAD/VARIANT, and its parameters and threads as far as the
/// variant does not say them already.
std::string benchmark_name_of(const Run& run);

}  // namespace hpct
