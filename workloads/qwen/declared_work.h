// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include "workloads/qwen/matrix.h"

namespace hpct::qwen {

/// A product and a sum per weight; with rounded vectors also, per group of 32, the product of the two scales,
/// that with the group's sum, and the addition. With zero points it is as many: per group the product with
/// the scale of x and its addition, per block of 128 a product and a difference for the zero point, a product
/// and an addition for the scale. The sum of x, one addition per column for all rows, is not counted.
double flops_per_weight(Format format);

/// The work of one decode step with `context` tokens in the cache, in total and by region
/// ("decode/qkv": all layers and threads together), as formulas of the shape.
/// One flop is one addition, subtraction, multiplication, division, square root or exponential
/// of the algorithm; comparisons, sign changes and conversions are none. What a variant repeats
/// (the norms on every thread) counts once. Bytes are those that must cross the memory interface:
/// weights, cache and logits; activations stay in the CPU's caches and count nothing.
/// `format` is that of the weights: f32 for the naive variant, whatever they were expanded from. Products of
/// whole numbers count like those of floats. `cache` is the format of the KV cache; rounding to it is a
/// conversion.
DeclaredWork declared_work(const Shape& shape, std::int64_t context, Format format,
                           Format cache = Format::bf16);

/// The same for a model whose matrices differ in format: sums over its tensors instead of formulas.
DeclaredWork declared_work(const Shape& shape, std::int64_t context, const MatrixSet& matrices,
                           Format cache = Format::bf16);

}  // namespace hpct::qwen
