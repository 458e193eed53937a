// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <span>
#include <vector>

namespace hpct::qwen {

/// How far a logit may be from the double-precision reference, relative to the largest reference
/// logit. Float sums alone are off by some 1e-6, but they decide how the appended key or value
/// rounds to bf16, a step of up to 2^-8 of one element; one such step disturbs the next layers
/// enough to turn others, and the error settles near the rounding noise of bf16 itself. Most runs
/// stay below 1e-4; the worst seen was 3.5e-3 (300 seeds of a narrow 24-layer model in 3600 runs,
/// and 6 seeds of 0.5B, mostly with an empty context, where the appended value is all there is).
/// This leaves a factor of three. Logits have a spread of a quarter of the largest, so what
/// computes something else (a wrong row, bias or head) is off by far more.
inline constexpr double kTolerance = 1e-2;

/// The same where vectors are rounded to 8 bits before each product: half a step of 1/127 of the largest of
/// 32 elements, a relative error of half a percent in every product, which 24 layers carry along. An error of
/// the method and not of the arithmetic, which the kernels' own tests hold to 1e-5.
inline constexpr double kRoundedTolerance = 0.2;

/// All logits within tolerance (a NaN is not), and the token the reference's best, or one the
/// reference itself cannot tell from it: within the tolerance of the largest.
Check agreement(std::span<const float> logits, std::int64_t token, const std::vector<double>& reference,
                double relative_tolerance = kTolerance);

}  // namespace hpct::qwen
