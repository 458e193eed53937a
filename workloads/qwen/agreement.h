// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <span>
#include <vector>

namespace hpct::qwen {

/// How far a logit may be from the double-precision reference, relative to the largest reference
/// logit. Sums of 1e3..2e4 floats are off by some 1e-6, but that can turn the rounding of an
/// appended key or value to bf16, a step of up to 2^-8 of one element, and a few such steps per
/// token reach the logits as 1e-5..1e-4 (seeds and contexts tried: at most 3e-4). A wrong index,
/// a missed bias or a skipped row changes logits by 1e-1 and more.
inline constexpr double kTolerance = 2e-3;

/// All logits within tolerance (a NaN is not), and the token the reference's best, or one the
/// reference itself cannot tell from it: within the tolerance of the largest.
Check agreement(std::span<const float> logits, std::int64_t token, const std::vector<double>& reference);

}  // namespace hpct::qwen
