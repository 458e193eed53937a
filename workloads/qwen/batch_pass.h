// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <utility>

#include "workloads/qwen/paged_cache.h"
#include "workloads/qwen/pass_buffers.h"
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
    return buffers_.logits.span().subspan(static_cast<std::size_t>(scored * shape_->vocabulary),
                                          static_cast<std::size_t>(shape_->vocabulary));
  }
  [[nodiscard]] std::int64_t choice(std::int64_t scored) const {
    return buffers_.choices[static_cast<std::size_t>(scored)];
  }

 private:
  BatchPass(const Shape& shape, const PagedCache& cache, ThreadTeam& team, PassBuffers buffers)
      : shape_(&shape), cache_(&cache), team_(&team), buffers_(std::move(buffers)) {}

  const Shape* shape_;
  const PagedCache* cache_;
  ThreadTeam* team_;
  PassBuffers buffers_;
};

}  // namespace hpct::qwen
