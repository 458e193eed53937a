// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace hpct {

/// What calibration_work() executes at the least; the compiler adds a little.
struct CalibrationCounts {
  std::int64_t instructions = 0;
  std::int64_t branches = 0;
};

/// Some 100 us of work that makes every counter move that can: a loop of exactly known length, additions and
/// multiplications in double and single precision, branches that nobody can predict, and loads of
/// cache lines thrown out of all caches before. Not a benchmark, and not precise: the
/// question is whether an event counts at all.
CalibrationCounts calibration_work() noexcept;

/// `iterations` of two instructions, one of them a branch; exact on x86-64 and arm64.
void counted_loop(std::int64_t iterations) noexcept;

}  // namespace hpct
