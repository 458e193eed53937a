// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/arrays/kernel.h"

namespace hpct::array_kernels {
namespace {

/// One element after the other: no lane ever waits for another.
LaneUse all_useful(std::uint64_t steps) { return {steps, steps}; }

LaneUse saxpy(const ArraySlice& slice) {
  for (std::int64_t i = 0; i < slice.count; ++i) slice.out[i] = slice.scale * slice.x[i] + slice.y[i];
  return all_useful(static_cast<std::uint64_t>(slice.count));
}

LaneUse newton_sqrt(const ArraySlice& slice) {
  std::uint64_t steps = 0;
  for (std::int64_t i = 0; i < slice.count; ++i) {
    const float x = slice.x[i];
    float root = 1.0F;
    for (int step = 0; step < kNewtonLimit; ++step) {
      const float product = (root * root) * x;
      const float error = product - 1.0F;
      if (error <= kNewtonError && error >= -kNewtonError) break;
      root = (root * 0.5F) * (3.0F - product);
      ++steps;
    }
    slice.out[i] = x * root;
  }
  return all_useful(steps);
}

LaneUse power(const ArraySlice& slice) {
  std::uint64_t steps = 0;
  for (std::int64_t i = 0; i < slice.count; ++i) {
    float result = 1.0F;
    for (std::int32_t left = slice.exponents[i]; left > 0; --left) {
      result *= slice.x[i];
      ++steps;
    }
    slice.out[i] = result > kPowerLimit ? kPowerLimit : result;
  }
  return all_useful(steps);
}

}  // namespace

extern const ArrayKernels scalar;
const ArrayKernels scalar{"baseline", saxpy, nullptr, newton_sqrt, nullptr, power};

}  // namespace hpct::array_kernels
