// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/model.h"

namespace hpct::qwen {

/// The logits of the step in double precision, written apart from every measured variant: it
/// shares their inputs (weights, cache entries before the context) and no arithmetic. Only the
/// appended key and value are rounded, to bf16, because the cache's format is part of the result.
/// Error: interrupted.
Expected<std::vector<double>> reference_logits(const Model& model, ThreadTeam& team, Progress& progress);

}  // namespace hpct::qwen
