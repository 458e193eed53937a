// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "workloads/qwen/batch_pass.h"

namespace hpct::qwen {

/// What a pass is to do, the same for every member of the team; what it computes goes into the buffers.
struct PassTask {
  const Shape& shape;
  const PagedCache& cache;
  ThreadTeam& team;
  PassBuffers& buffers;
  std::span<const BatchRow> rows;
  const PassKernels& kernels;
  const Weights& weights;
  PassTrace* trace;  ///< or null
  bool bytes;        ///< some matrix wants its vectors so
};

/// One member's walk through the model: each kernel in the region of its name.
void walk_through_pass(const PassTask& task, int member);

}  // namespace hpct::qwen
