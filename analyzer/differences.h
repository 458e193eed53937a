// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyzer/comparison.h"

namespace hpct {

/// What differs between two machines, builds and moments; what forbids comparing times first.
/// The CPU and what a process may use of it forbid it; the rest explains a change.
std::vector<Difference> machine_differences(const Report& base, const Report& candidate);

/// What differs between two runs of one variant: parameters, threads, instruction set.
/// All of it forbids comparing. `what` names the run.
std::vector<Difference> run_differences(const Run& base, const Run& candidate);

}  // namespace hpct
