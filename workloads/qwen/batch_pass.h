// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "workloads/qwen/batch_product.h"
#include "workloads/qwen/bf16.h"
#include "workloads/qwen/paged_cache.h"
#include "workloads/qwen/pass_trace.h"
#include "workloads/qwen/weights.h"

namespace hpct::qwen {

/// A token that a pass works on. Rows of one sequence stand together, in order of their positions: all of
/// them are appended to the cache before any looks back.
struct BatchRow {
  std::int64_t token = 0;
  std::int64_t position = 0;          ///< in its sequence; all before it are in the cache or in this pass
  const BlockTable* table = nullptr;  ///< covers the position
  bool scored = false;                ///< the pass computes its logits and its best next token
  std::int64_t traced = -1;           ///< its number in the trace, if what is rounded for it is to be kept
};

/// The largest pass that the buffers are made for.
struct PassLimits {
  std::int64_t rows = 1;
  std::int64_t scored = 1;
  std::int64_t positions = 1;  ///< of a sequence
};

/// Bytes of the buffers of such a pass.
std::int64_t pass_bytes(const Shape& shape, const PassLimits& limits, int members);

/// One pass of several tokens, of one sequence or of many, through the model by a team: each weight is read
/// once for all of them. Rows of the matrices, tokens and heads are shared out; barriers stand between the
/// kernels. Weights have any format, and vectors are rounded to bytes where the kernels want them so.
class BatchPass {
 public:
  /// All must live as long as the pass. Makes all buffers, so that a pass allocates nothing. Error: no
  /// memory.
  static Expected<BatchPass> make(const Shape& shape, const PagedCache& cache, ThreadTeam& team,
                                  const PassLimits& limits);

  /// Within the limits, all positions covered by their tables. Weights of the same shape; a trace only where
  /// rows are traced.
  void run(std::span<const BatchRow> rows, const PassKernels& kernels, const Weights& weights,
           PassTrace* trace = nullptr);

  /// Of the last pass, by number of the scored row: [V], and the first of the largest.
  [[nodiscard]] std::span<float> logits(std::int64_t scored) const {
    return logits_.span().subspan(static_cast<std::size_t>(scored * shape_->vocabulary),
                                  static_cast<std::size_t>(shape_->vocabulary));
  }
  [[nodiscard]] std::int64_t choice(std::int64_t scored) const {
    return choices_[static_cast<std::size_t>(scored)];
  }

 private:
  /// One vector per row, and the same rounded to bf16 or to bytes for kernels that want it so.
  struct Activations {
    std::int64_t size = 0;
    PageArray<float> exact;
    PageArray<Bf16> halves;
    PageArray<std::int8_t> bytes;
    PageArray<float> scales;             ///< of 32 bytes each
    PageArray<std::int32_t> minus_sums;  ///< likewise
  };

  /// What only one member touches.
  struct Private {
    PageArray<float> scores;    ///< [group][positions]
    PageArray<float> part;      ///< [group][h + 2]: attention over one run of positions
    PageArray<std::byte> rows;  ///< short runs, copied together
    PageArray<float> expanded;  ///< rows of a matrix that no kernel reads as it is stored
  };

  struct Task;
  class Member;

  BatchPass(const Shape& shape, const PagedCache& cache, ThreadTeam& team)
      : shape_(&shape), cache_(&cache), team_(&team) {}
  Expected<void> allocate(const PassLimits& limits);
  void fill_rotations(std::int64_t positions);

  const Shape* shape_;
  const PagedCache* cache_;
  ThreadTeam* team_;
  PageArray<float> x_;        ///< [T][d]: the residual stream
  Activations normed_;        ///< [T][d]
  PageArray<float> qkv_;      ///< [T][R]
  Activations attended_;      ///< [T][H h]
  PageArray<float> gate_;     ///< [T][f]
  PageArray<float> up_;       ///< [T][f]
  Activations mlp_;           ///< [T][f]
  PageArray<float> logits_;   ///< [scored][V]
  PageArray<float> cosines_;  ///< [positions][h / 2]
  PageArray<float> sines_;
  std::vector<std::int64_t> choices_;
  std::vector<std::int64_t> scored_;  ///< row numbers
  std::vector<Private> private_;
};

}  // namespace hpct::qwen
