// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>
#include <string.h>

/// IEEE half precision: 11 bits of precision, 2^-14 to 65504 (subnormal from 2^-24). By arithmetic and
/// selections only, so that loops over these become vectors on CPUs without conversion instructions.
/// Internal linkage and no library: kernels of every instruction set include this.
namespace hpct::qwen {
namespace {

using Half = uint16_t;

/// Exact. The exponent is rebased by a product, which gets subnormals right as well.
inline float widen_half(Half value) {
  const uint32_t magnitude = static_cast<uint32_t>(value & 0x7FFFU) << 13;
  float scaled;
  memcpy(&scaled, &magnitude, sizeof scaled);
  scaled *= 0x1p112F;
  uint32_t bits;
  memcpy(&bits, &scaled, sizeof bits);
  bits |= (value & 0x7C00U) == 0x7C00U ? 0x7F800000U : 0U;  // infinities and NaNs
  bits |= static_cast<uint32_t>(value & 0x8000U) << 16;
  float result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

/// To nearest, ties to even; too large becomes infinite, a NaN stays one.
inline Half narrow_half(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint32_t sign = (bits >> 16) & 0x8000U;
  const uint32_t magnitude = bits & 0x7FFFFFFFU;
  float absolute;
  memcpy(&absolute, &magnitude, sizeof absolute);
  const float shifted = absolute + 0.5F;  // one unit in the last place of 0.5 is 2^-24: rounds subnormals
  uint32_t subnormal;
  memcpy(&subnormal, &shifted, sizeof subnormal);
  subnormal -= 0x3F000000U;
  const uint32_t normal = (magnitude + 0xFFFU + ((magnitude >> 13) & 1U) - (112U << 23)) >> 13;
  uint32_t half = magnitude < 0x38800000U ? subnormal : normal;
  half = magnitude >= 0x477FF000U ? 0x7C00U : half;
  half = magnitude > 0x7F800000U ? 0x7E00U : half;
  return static_cast<Half>(sign | half);
}

}  // namespace
}  // namespace hpct::qwen
