// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include "workloads/qwen/shape.h"

namespace hpct::qwen {

/// The work of one decode step with `context` tokens in the cache, in total and by region
/// ("decode/qkv": all layers and threads together), as formulas of the shape.
/// One flop is one addition, subtraction, multiplication, division, square root or exponential
/// of the algorithm; comparisons, sign changes and conversions are none. What a variant repeats
/// (the norms on every thread) counts once. Bytes are those that must cross the memory interface:
/// weights, cache and logits; activations stay in the CPU's caches and count nothing.
/// `weight_bytes` is 2 for bf16 and 4 for the naive variant's floats.
DeclaredWork declared_work(const Shape& shape, std::int64_t context, int weight_bytes);

}  // namespace hpct::qwen
