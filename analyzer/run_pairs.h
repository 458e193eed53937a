// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <string>
#include <vector>

namespace hpct {

/// A run of the base and its counterpart in the candidate; one of them may be null.
struct RunPair {
  const Run* base = nullptr;
  const Run* candidate = nullptr;
};

/// Pairs what belongs together, in the base's order, then what only the candidate has. Runs of
/// equal workload, variant, threads and parameters first; what is left over is paired by workload
/// and variant, so that a changed parameter is reported as such and not as a lost run. Ceiling
/// runs are left out: they measure the machine.
std::vector<RunPair> pair_runs(const Report& base, const Report& candidate);

/// A parameter as its user would write it.
std::string to_text(const Scalar& scalar);

}  // namespace hpct
