// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>

#include <string>
#include <vector>

namespace hpct {

struct BenchRequest {
  int threads = 0;                       ///< of parallel variants; 0: as many as this process may use
  bool full_size = false;                ///< the workloads' defaults instead of their small size
  std::vector<std::string> assignments;  ///< name=value, for every workload that has such a parameter
};

/// Registers every variant of every bundled workload that this CPU can run as a Google Benchmark named
/// WORKLOAD/VARIANT/name:value../threads:N, with the parameters that are not at their default. Inputs are
/// prepared when a benchmark first runs, and shared by the variants of a workload.
Expected<void> register_workloads(const BenchRequest& request);

}  // namespace hpct
