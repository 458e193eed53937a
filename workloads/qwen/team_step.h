// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/kernels.h"
#include "workloads/qwen/model.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {

/// The decode step on bf16 weights by a team of threads: rows of the matrices, and positions of
/// the cache, are shared out; barriers stand where one kernel needs another member's results. What is
/// cheap and needed by all (the norms) is done by every member for itself, which saves barriers.
class TeamStep {
 public:
  /// Makes all buffers, so that a step allocates nothing. Error: no memory.
  static Expected<TeamStep> make(Model& model, ThreadTeam& team);

  /// One token. Returns the next one.
  std::int64_t run(const Kernels& kernels);

  [[nodiscard]] std::span<float> logits() const { return logits_.span(); }

 private:
  /// What only one member touches, on pages of its own.
  struct Private {
    PageArray<float> normed;  ///< [d]
    PageArray<float> gate;    ///< its rows of the MLP
    PageArray<float> up;
    PageArray<float> scores;  ///< [group][its positions]
    float best = 0;           ///< largest logit of its rows
    std::int64_t token = 0;
  };

  class Member;

  TeamStep(Model& model, ThreadTeam& team) : model_(&model), team_(&team) {}
  Expected<void> allocate_shared();
  Expected<void> allocate_private();

  Model* model_;
  ThreadTeam* team_;
  PageArray<float> x_;         ///< [d]: the residual stream
  PageArray<float> qkv_;       ///< [R]
  PageArray<float> sums_;      ///< [members][H][h]: unnormalised attention of each member's positions
  PageArray<float> largest_;   ///< [members][H]
  PageArray<float> weights_;   ///< [members][H]
  PageArray<float> attended_;  ///< [H][h]
  PageArray<float> mlp_;       ///< [f]
  PageArray<float> logits_;    ///< [V]
  std::vector<Private> private_;
  std::int64_t token_ = 0;
};

}  // namespace hpct::qwen
