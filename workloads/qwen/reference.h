// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "workloads/qwen/model.h"
#include "workloads/qwen/rounding_trace.h"

namespace hpct::qwen {

/// What the step should have computed, and how well it rounded on the way.
struct Reference {
  std::vector<double> logits;
  /// Of all numbers that the step rounded (to bytes, and to bf16 for the cache): the largest distance from
  /// the reference's own value beyond the half step that rounding may take, relative to the largest number
  /// of the vector. Infinite where something is no number.
  double rounding_excess = 0;
};

/// The step in double precision, written apart from every measured variant: it shares their inputs (weights,
/// cache entries before the context) and no arithmetic. Where the step rounds, the reference checks what was
/// rounded and goes on with that: two correct steps may round a number that lies between two representable
/// ones differently, and everything after would differ by such a step, thousands of times their arithmetic
/// errors. `trace` is what the step rounded to bytes, and the cache's last position what it appended.
/// Error: interrupted.
Expected<Reference> reference_step(const Model& model, const RoundingTrace& trace, ThreadTeam& team);

}  // namespace hpct::qwen
