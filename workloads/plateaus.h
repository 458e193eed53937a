// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "workloads/cache_sizes.h"

namespace hpct {

/// Where memory traffic ends, fastest first. `none` for arithmetic.
enum class MemoryLevel { l1, l2, l3, dram, none };
inline constexpr std::size_t kMemoryLevels = 4;

/// How fast one working set was loaded.
struct SweepPoint {
  std::int64_t bytes = 0;  ///< of one thread
  double rate = 0;         ///< median, B/s
  double spread = 0;       ///< (75 % - 25 % quantile) / median
};

/// Neighbouring sizes that are loaded equally fast: one level of memory delivers all of them.
struct Plateau {
  std::int64_t low = 0;   ///< smallest set on it, bytes
  std::int64_t high = 0;  ///< largest
  double rate = 0;        ///< median of the points' rates
  int points = 0;

  /// Its geometric middle, as far from both knees as can be; a multiple of 1 KiB.
  [[nodiscard]] std::int64_t middle() const;
  /// The set to measure the level with: the power of 4 nearest to the middle where that lies well on the
  /// plateau, else the middle. The knees are found a step farther or nearer from one sweep to the next, and
  /// no plateau is quite flat: what is measured should not move with them.
  [[nodiscard]] std::int64_t measured_set() const;
  bool operator==(const Plateau&) const = default;
};

/// Sizes from 8 KiB to `top`, `per_octave` of them to every doubling, in multiples of 1 KiB.
std::vector<std::int64_t> sweep_sizes(std::int64_t top, int per_octave);

/// Maximal runs of at least `fewest` neighbouring points whose rates lie within 6 % of the run's median
/// and whose spread is below 5 %, by size. The longest are taken first; what lies between two
/// plateaus (a knee) belongs to neither. `points` must be in order of size.
std::vector<Plateau> find_plateaus(std::span<const SweepPoint> points, std::size_t fewest);

using NamedPlateaus = std::array<std::optional<Plateau>, kMemoryLevels>;  ///< by MemoryLevel

/// Which plateau is which level. The one that goes on to the largest set is DRAM when there is a faster one,
/// or when it lies above all reported caches; the others are named by the reported sizes, which decide
/// nothing else. Of two plateaus on one level the one with more points. `threads` share the reported L3.
NamedPlateaus name_plateaus(const std::vector<Plateau>& plateaus, const CacheSizes& reported, int threads,
                            std::int64_t largest_set);

}  // namespace hpct
