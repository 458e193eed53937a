// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace hpct {

/// Independent chains per multiply-add loop: enough to hide a latency of 4 cycles on two ports (8),
/// few enough that 16 registers hold them with their two operands.
inline constexpr int kFmaChains = 12;

/// Steps of each chain per chunk; below 2^24, so that a float counts them exactly.
inline constexpr int kFmaSteps = 16384;

/// A range to load is a multiple of this many words (1 KiB): a turn of the widest loop.
inline constexpr std::uint64_t kLoadStep = 128;

/// The loops that reach for one instruction set's limits. Plain data, as all kernel tables.
struct CeilingKernel {
  const char* isa;  ///< name_of(Isa)
  int fp32_lanes;
  int fp64_lanes;
  /// Loads words[0..count) `passes` >= 1 times and returns the sum of one pass modulo 2^64. `words` is
  /// aligned to 64 bytes, `count` a multiple of kLoadStep.
  std::uint64_t (*load)(const std::uint64_t* words, std::uint64_t count, std::uint64_t passes);
  /// Per chunk, kFmaChains vectors that start at 0, 1, 2, .. and make kFmaSteps steps of
  /// v = v * factor + term. Returns the sum over chunks, chains and lanes.
  double (*fma_fp32)(std::uint64_t chunks, float factor, float term);
  double (*fma_fp64)(std::uint64_t chunks, double factor, double term);
};

/// What fma_* return for factor 1 and term 1, exactly: sum of (start + steps).
constexpr double fma_checksum(std::uint64_t chunks, int lanes) {
  constexpr double kPerLane =
      kFmaChains * (kFmaChains - 1) / 2.0 + static_cast<double>(kFmaChains) * kFmaSteps;
  return static_cast<double>(chunks) * lanes * kPerLane;
}

}  // namespace hpct
