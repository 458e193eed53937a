// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <span>

#include "workloads/qwen/reference.h"
#include "workloads/qwen/sampling.h"

namespace hpct::qwen {

/// How far a logit may be from the double-precision reference, relative to the largest reference logit, and
/// a rounded number from where it should be, relative to the largest of its vector. Float sums are off by
/// some 1e-6, a little more after 24 layers; roundings to bf16 and to bytes add nothing, because the
/// reference follows them. The worst seen of 0.5B was 1e-6; this leaves room for wider models.
inline constexpr double kTolerance = 1e-3;

struct WorstLogit {
  std::size_t row = 0;
  double error = 0;
};

/// The logit that is farthest from the reference's. A NaN counts as infinitely wrong, so that a message names
/// its row.
WorstLogit worst_of(std::span<const float> logits, const std::vector<double>& reference);

/// All logits within tolerance (a NaN is not), all roundings too, and the token the one that the
/// reference's logits give, or one the reference itself cannot tell from it within the tolerance.
Check agreement(std::span<const float> logits, std::int64_t token, const Reference& reference,
                const Sampling& sampling = {});

}  // namespace hpct::qwen
