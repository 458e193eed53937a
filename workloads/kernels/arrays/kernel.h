// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace hpct {

/// One thread's part of the arrays. Which inputs a kernel reads is its own matter; unused ones are null.
/// All pointers are aligned to 64 bytes, `count` is any number >= 0.
struct ArraySlice {
  const float* x;
  const float* y;
  const std::int32_t* exponents;
  float scale;
  float* out;
  std::int64_t count;
};

/// Lane steps: how many a kernel needed and how many its vectors made, idle lanes included.
struct LaneUse {
  std::uint64_t useful;
  std::uint64_t issued;
};

using ArrayKernel = LaneUse (*)(const ArraySlice&);

/// Where Newton's iteration for 1/sqrt(x) stops: |y*y*x - 1| at or below this.
inline constexpr float kNewtonError = 1e-5F;

/// No orbit in the legal range of x needs more; a bound so that bad input cannot hang a kernel.
inline constexpr int kNewtonLimit = 64;

/// Where a power is clamped.
inline constexpr float kPowerLimit = 9.999999F;

/// The element-wise kernels of one instruction set; null where it has none. Plain data, as all kernel
/// tables. Bit-equal between instruction sets: IEEE single precision, this order, no fused operations.
struct ArrayKernels {
  const char* isa;            ///< name_of(Isa)
  ArrayKernel saxpy;          ///< out = scale * x + y
  ArrayKernel saxpy_stream;   ///< the same with stores that go past the caches
  ArrayKernel newton_sqrt;    ///< out = x * r; r = 1, and r = (r/2) * (3 - r*r*x) until it is 1/sqrt(x)
  ArrayKernel newton_refill;  ///< the same; a lane that is done takes the next element
  ArrayKernel power;          ///< out = min(x * x * .. (exponent times), kPowerLimit), 1 for exponent 0
};

}  // namespace hpct
