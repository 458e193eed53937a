// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/attention_parts.h"
#include "workloads/qwen/kernels.h"
#include "workloads/qwen/kv_kernels.h"
#include "workloads/qwen/model.h"
#include "workloads/qwen/rounding_trace.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {

/// The kernels of a step: those of the bf16 path with everything that is no matrix, and the matrix-vector
/// products over other formats; `cache` is needed where the KV cache is not bf16, `join_sums` where it is in
/// pages.
struct StepKernels {
  const Kernels* plain;
  const WeightKernels* weights;
  const KvKernels* cache = nullptr;
  JoinSums join_sums = nullptr;
};

/// The decode step by a team of threads, on weights of any format: rows of the matrices, and positions of
/// the cache, are shared out; barriers stand where one kernel needs another member's results. What is
/// cheap and needed by all (the norms) is done by every member for itself, which saves barriers.
class TeamStep {
 public:
  /// Makes all buffers, so that a step allocates nothing. Error: no memory.
  static Expected<TeamStep> make(Model& model, ThreadTeam& team);

  /// One token. Returns the next one.
  std::int64_t run(const StepKernels& kernels);

  [[nodiscard]] std::span<float> logits() const { return logits_.span(); }

  /// What the last step rounded; null pointers when its matrices need no rounding.
  [[nodiscard]] RoundingTrace trace() const;

 private:
  /// A vector that is made anew several times in a step, and each time rounded to 8 bits where some matrix
  /// needs that. The rounded ones are all kept, one slot each, for the reference.
  struct Activations {
    std::int64_t size = 0;
    PageArray<float> exact;         ///< [size]
    PageArray<std::int8_t> values;  ///< [slots][size]
    PageArray<float> scales;        ///< [slots][size / 32]
  };

  /// What only one member touches, on pages of its own.
  struct Private {
    Activations normed;     ///< [d]
    PageArray<float> gate;  ///< its rows of the MLP
    PageArray<float> up;
    PageArray<float> scores;    ///< [group][its positions]
    PageArray<float> run;       ///< [group][h + 2]: attention over one run of positions
    PageArray<std::byte> rows;  ///< short runs, copied together
    float best = 0;             ///< largest logit of its rows
    std::int64_t token = 0;
  };

  class Member;

  TeamStep(Model& model, ThreadTeam& team)
      : model_(&model),
        team_(&team),
        sampler_(model.shape.vocabulary),
        rounds_(any_rounds(model.weights.matrices)) {}
  Expected<void> allocate_shared();
  Expected<void> allocate_private();
  Expected<void> allocate(Activations& activations, std::int64_t size, std::int64_t slots);

  Model* model_;
  ThreadTeam* team_;
  PageArray<float> x_;    ///< [d]: the residual stream
  PageArray<float> qkv_;  ///< [R]
  AttentionParts parts_;
  PageArray<float> logits_;  ///< [V]
  Activations attended_;     ///< [H][h]
  Activations mlp_;          ///< [f]
  std::vector<Private> private_;
  Sampler sampler_;
  std::int64_t token_ = 0;
  bool rounds_ = false;  ///< some matrix needs its vector rounded
};

}  // namespace hpct::qwen
