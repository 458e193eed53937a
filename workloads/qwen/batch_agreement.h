// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <span>

#include "workloads/qwen/batch_reference.h"

namespace hpct::qwen {

/// How far a logit may be from the reference, relative to the largest of its row: float sums only, and with
/// activations rounded to bf16 (8 bits) before each product, which the reference does not follow. Seen: 2e-6
/// and 2e-2 with 0.5B.
inline constexpr double kFloatTolerance = 1e-3;
inline constexpr double kHalvesTolerance = 6e-2;

/// All rows' logits within tolerance, what was stored too, and each chosen token the reference's best or one
/// that it cannot tell from it.
struct RowResult {
  std::span<const float> logits;
  std::int64_t token = -1;
};
Check batch_agreement(std::span<const RowResult> results, const BatchReference& reference, double tolerance);

}  // namespace hpct::qwen
