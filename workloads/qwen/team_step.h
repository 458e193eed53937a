// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <utility>

#include "workloads/qwen/step_buffers.h"
#include "workloads/qwen/step_kernels.h"

namespace hpct::qwen {

/// The decode step by a team of threads, on weights of any format: rows of the matrices, and positions of
/// the cache, are shared out; barriers stand where one kernel needs another member's results. What is
/// cheap and needed by all (the norms) is done by every member for itself, which saves barriers.
class TeamStep {
 public:
  /// Makes all buffers, so that a step allocates nothing. Error: no memory.
  static Expected<TeamStep> make(Model& model, ThreadTeam& team);

  /// One token. Returns the next one.
  std::int64_t run(const StepKernels& kernels);

  [[nodiscard]] std::span<float> logits() const { return buffers_.logits.span(); }

  /// What the last step rounded; null pointers when its matrices need no rounding.
  [[nodiscard]] RoundingTrace trace() const;

 private:
  TeamStep(Model& model, ThreadTeam& team, StepBuffers buffers)
      : model_(&model), team_(&team), buffers_(std::move(buffers)), sampler_(model.shape.vocabulary) {}

  Model* model_;
  ThreadTeam* team_;
  StepBuffers buffers_;
  Sampler sampler_;
  std::int64_t token_ = 0;
};

}  // namespace hpct::qwen
