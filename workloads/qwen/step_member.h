// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/step_buffers.h"
#include "workloads/qwen/step_kernels.h"

namespace hpct::qwen {

/// What a step is to do, the same for every member of the team; what it computes goes into the buffers.
struct StepTask {
  Model& model;
  ThreadTeam& team;
  StepBuffers& buffers;
  const StepKernels& kernels;
  Sampler& sampler;
  std::int64_t& token;  ///< the next one, chosen by the first member
};

/// One member's walk through the model: each kernel in the region of its name.
void walk_through_step(const StepTask& task, int member);

}  // namespace hpct::qwen
