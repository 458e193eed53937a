// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "workloads/qwen/batch_methods.h"
#include "workloads/qwen/shape.h"

namespace hpct::qwen {

/// What passes rounded to bytes, of some rows: the reference goes on with it, because of two bytes between
/// which a number lies either is right. Rows are those whose BatchRow::traced is their number here.
class PassTrace {
 public:
  PassTrace() = default;
  /// Room for so many rows; what no pass rounds stays at scale 0.
  PassTrace(const Shape& shape, std::int64_t rows);

  /// Where vectors begin: before the products of a layer's attention (2 l), its MLP (2 l + 1) and of the LM
  /// head (2 L); attention's result; the MLP's.
  [[nodiscard]] std::int64_t normed(std::int64_t row, std::int64_t slot) const {
    return row * row_size_ + slot * hidden_;
  }
  [[nodiscard]] std::int64_t attended(std::int64_t row, std::int64_t layer) const {
    return normed(row, 2 * layers_ + 1) + layer * query_;
  }
  [[nodiscard]] std::int64_t mlp(std::int64_t row, std::int64_t layer) const {
    return attended(row, layers_) + layer * intermediate_;
  }

  /// Both from element `at` on, whole groups. Members of a team keep different parts at the same time.
  void keep(std::int64_t at, std::int64_t count, const std::int8_t* values, const float* scales);

  /// Who multiplied; null when nothing was rounded, because no matrix wants it.
  void note(const BatchKernels* kernels) { kernels_ = kernels; }
  /// Whether weights of that format were multiplied by rounded vectors.
  [[nodiscard]] bool bytes(Format format) const {
    return kernels_ != nullptr && takes_bytes(*kernels_, format);
  }

  [[nodiscard]] double value(std::int64_t at) const {
    return scale(at) * static_cast<double>(values_[static_cast<std::size_t>(at)]);
  }
  [[nodiscard]] double scale(std::int64_t at) const;

 private:
  std::int64_t hidden_ = 0, layers_ = 0, query_ = 0, intermediate_ = 0;
  std::int64_t row_size_ = 0;
  std::vector<std::int8_t> values_;
  std::vector<float> scales_;  ///< of each 32 values
  const BatchKernels* kernels_ = nullptr;
};

}  // namespace hpct::qwen
