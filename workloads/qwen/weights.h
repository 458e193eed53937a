// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/progress.h>
#include <memory>

#include "workloads/qwen/bf16.h"
#include "workloads/qwen/matrix.h"
#include "workloads/qwen/pages.h"
#include "workloads/thread_team.h"

namespace hpct::qwen {

class ModelFile;

/// Where each matrix lies in the expanded copy of all weights, which the naive step reads. Matrices are
/// row-major, one row per output:
/// layers x (qkv [R x d], output [d x Hh], gate [f x d], up [f x d], down [d x f]), then the
/// embedding [V x d] and, unless tied, the LM head [V x d].
template <class T>
class Matrices {
 public:
  Matrices(const Shape& shape, T* block) : shape_(&shape), block_(block) {}

  [[nodiscard]] T* qkv(std::int64_t layer) const { return block_ + layer * shape_->layer_weights(); }
  [[nodiscard]] T* output(std::int64_t layer) const {
    return qkv(layer) + shape_->qkv_rows() * shape_->hidden;
  }
  [[nodiscard]] T* gate(std::int64_t layer) const {
    return output(layer) + shape_->query_size() * shape_->hidden;
  }
  [[nodiscard]] T* up(std::int64_t layer) const {
    return gate(layer) + shape_->intermediate * shape_->hidden;
  }
  [[nodiscard]] T* down(std::int64_t layer) const {
    return up(layer) + shape_->intermediate * shape_->hidden;
  }
  [[nodiscard]] T* embedding() const { return qkv(shape_->layers); }
  [[nodiscard]] T* lm_head() const {
    return embedding() + (shape_->tied ? 0 : shape_->vocabulary * shape_->hidden);
  }

 private:
  const Shape* shape_;
  T* block_;
};

/// Synthetic weights: uniform with variance 1 / fan-in, so that every matrix keeps the scale of
/// its input; in the block formats the scales of neighbouring groups differ. Gains within 10 % of 1; biases
/// within 0.5. Not a trained model: the text it would produce means nothing, the arithmetic and the traffic
/// are those of the real one.
struct Weights {
  PageArray<std::byte> block;  ///< what `matrices` shows
  MatrixSet matrices;
  std::vector<float> gains;   ///< [2L + 1][d]: before attention and before the MLP of each layer, final
  std::vector<float> biases;  ///< [L][R]: of q, k and v
  std::shared_ptr<const ModelFile> file = nullptr;  ///< what `matrices` shows, instead of `block`

  [[nodiscard]] const float* attention_gain(const Shape& shape, std::int64_t layer) const {
    return gains.data() + 2 * layer * shape.hidden;
  }
  [[nodiscard]] const float* mlp_gain(const Shape& shape, std::int64_t layer) const {
    return gains.data() + (2 * layer + 1) * shape.hidden;
  }
  [[nodiscard]] const float* final_gain(const Shape& shape) const {
    return gains.data() + 2 * shape.layers * shape.hidden;
  }
  [[nodiscard]] const float* bias(const Shape& shape, std::int64_t layer) const {
    return biases.data() + layer * shape.qkv_rows();
  }
};

/// Each member makes the rows it will later read, so that on a machine with several memories
/// they lie near it. Errors: no memory, interrupted.
Expected<Weights> make_weights(const Shape& shape, Format format, std::uint64_t seed, ThreadTeam& team,
                               Progress& progress);

/// The same values as floats, in the layout of Matrices.
Expected<PageArray<float>> expand_weights(const Shape& shape, const MatrixSet& matrices, ThreadTeam& team);

}  // namespace hpct::qwen
