// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "workloads/qwen/batch_pass.h"

namespace hpct::qwen {

/// What the rows of a pass should have given, and how well it rounded what it stored.
struct BatchReference {
  std::vector<std::vector<double>> logits;  ///< by row
  /// Of what was rounded for these rows, keys and values stored and vectors as bytes: the largest distance
  /// from the reference's own beyond the half step that rounding may take, relative to the largest number of
  /// the vector. Infinite where something is no number.
  double rounding_excess = 0;
};

/// Each row in double precision, token by token, written apart from the measured kernels: it shares weights
/// and inputs with them and no arithmetic. As the reference of one decode step does, it looks back on the
/// keys and values as they were stored (rounded to the cache's format), and multiplies weights of bytes by
/// vectors as they were rounded (from the trace of the rows), after checking both: of two numbers between
/// which a value lies, either is right, and everything after would differ by a step. The rows need not be
/// neighbours. Error: interrupted.
Expected<BatchReference> batch_reference(const Shape& shape, const Weights& weights, const PagedCache& cache,
                                         std::span<const BatchRow> rows, const PassTrace& trace,
                                         ThreadTeam& team);

}  // namespace hpct::qwen
