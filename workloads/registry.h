// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>
#include <span>

namespace hpct {

/// Every bundled workload, in the order of workloads/CMakeLists.txt.
std::span<const WorkloadInfo* const> all_workloads();

}  // namespace hpct
