// SPDX-License-Identifier: Apache-2.0
#include "collector/clock_probe.h"

#include <algorithm>
#include <cstdint>

#include "collector/clock.h"

namespace hpct {
namespace {

constexpr int kMultiplications = 1 << 13;  // of one piece, about 8 us
constexpr double kLatencyCycles = 3;

/// A dependent chain; the compiler must not see through it.
std::uint64_t multiply_chain(std::uint64_t value) noexcept {
  const std::uint64_t factor = value | 1;
  for (int i = 0; i < kMultiplications; ++i) {
    value *= factor;
    asm volatile("" : "+r"(value));
  }
  return value;
}

}  // namespace

double estimate_clock(double seconds) noexcept {
  const auto begin = clock::monotonic_ns();
  const auto end = begin + static_cast<std::int64_t>(seconds * 1e9);
  std::int64_t fastest = INT64_MAX;
  std::uint64_t value = 3;
  for (auto now = begin; now < end;) {
    value = multiply_chain(value);
    const auto after = clock::monotonic_ns();
    fastest = std::min(fastest, after - now);
    now = after;
  }
  return kMultiplications * kLatencyCycles * 1e9 / static_cast<double>(std::max<std::int64_t>(1, fastest));
}

}  // namespace hpct
