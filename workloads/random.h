// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace hpct {

/// Counter-based random bits: the value at any place of a stream without the values before it,
/// so that blocks can be made in any order by any number of threads. The mixing function is the
/// finaliser of SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014).
inline std::uint64_t random_bits(std::uint64_t stream, std::uint64_t counter) {
  std::uint64_t x = stream + (counter + 1) * 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// A whole number in [0, n), n < 2^32; the bias is below n / 2^32.
inline std::uint32_t random_below(std::uint64_t bits, std::uint32_t n) {
  return static_cast<std::uint32_t>(((bits >> 32) * n) >> 32);
}

/// In [0, 1).
inline double random_unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

}  // namespace hpct
