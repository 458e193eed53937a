// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "workloads/qwen/shape.h"
#include "workloads/qwen/weight_format.h"

namespace hpct::qwen {

/// A view of a stored matrix, row-major, one row per output. Owns nothing: the elements lie in Weights or in
/// a mapped file.
struct Matrix {
  Format format = Format::bf16;
  const std::byte* data = nullptr;
  std::int64_t rows = 0;
  std::int64_t columns = 0;

  [[nodiscard]] std::int64_t row_bytes() const { return bytes_of(format, columns); }
  [[nodiscard]] std::int64_t bytes() const { return rows * row_bytes(); }
  [[nodiscard]] const std::byte* row(std::int64_t number) const { return data + number * row_bytes(); }
};

/// All matrices of a model, which need not have one format.
struct MatrixSet {
  struct Layer {
    Matrix query, key, value, output, gate, up, down;
  };
  std::vector<Layer> layers;
  Matrix embedding;
  Matrix lm_head;  ///< the embedding when tied
  bool tied = false;

  /// Calls visit(matrix) for each, in the order in which a step reads them; a tied LM head is visited
  /// once, as the embedding.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& layer : layers)
      for (const auto* matrix :
           {&layer.query, &layer.key, &layer.value, &layer.output, &layer.gate, &layer.up, &layer.down})
        visit(*matrix);
    visit(embedding);
    if (!tied) visit(lm_head);
  }
};

/// The matrices of `shape`, all of one format, one after the other from `block` on; data stays null when
/// `block` is. Sizes only depend on the shape, so the same call tells how long the block must be.
MatrixSet lay_out(const Shape& shape, Format format, const std::byte* block);

/// Whether every row of such matrices is a whole number of blocks, and not too long for the kernels.
bool fits(const Shape& shape, Format format);

/// Of all matrices.
std::int64_t total_bytes(const MatrixSet& matrices);

/// Whether all matrices have the same format.
bool uniform(const MatrixSet& matrices);

/// Whether any matrix needs its vector rounded to 8 bits.
bool any_rounds(const MatrixSet& matrices);

}  // namespace hpct::qwen
