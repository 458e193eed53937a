// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

namespace hpct::qwen {

/// The upper half of an IEEE single: 8 bits of precision, the exponent range of a float.
using Bf16 = std::uint16_t;

/// Exact.
inline float expand(Bf16 value) { return std::bit_cast<float>(std::uint32_t{value} << 16); }

/// To nearest, ties to even. A NaN made by arithmetic stays a NaN.
inline Bf16 round_to_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return static_cast<Bf16>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

}  // namespace hpct::qwen
