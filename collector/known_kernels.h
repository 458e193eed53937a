// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hpct {

/// A loop whose effect on one counter is known: written in assembly, so that no compiler changes it. Counted
/// twice with different numbers of rounds, the difference is free of whatever counting itself adds.
struct KnownKernel {
  std::string_view counter;  ///< the name in the report: "flops.dp"
  std::string_view name;     ///< "AVX-512 multiply-add"
  double per_round;          ///< what one round adds to the counter
  double tolerance;          ///< how far measured / expected may be from 1
  std::int64_t rounds;
  bool (*runs_here)();
  void (*run)(std::int64_t rounds) noexcept;
};

/// An exact event is off by less than this, or it counts something else.
inline constexpr double kExactEvent = 0.02;

/// Latencies, guessed branches and bytes of a memory that others use too are known this well.
inline constexpr double kNearlyKnown = 0.15;

/// Those of this architecture, whether this CPU can run them or not.
std::span<const KnownKernel> known_kernels();

}  // namespace hpct
