// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/weight_kernels.h"

namespace hpct::qwen {

/// The vectors that a step rounded to 8 bits, one after the other in the order they were made.
struct RoundingTrace {
  RoundedVector normed{};    ///< [2L + 1][d]
  RoundedVector attended{};  ///< [L][H h]
  RoundedVector mlp{};       ///< [L][f]
};

}  // namespace hpct::qwen
