// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/matrix.h"

#include "workloads/qwen/weight_kernels.h"

namespace hpct::qwen {
namespace {

/// Hands out one matrix after the other.
class Cursor {
 public:
  Cursor(Format format, const std::byte* at) : format_(format), at_(at) {}
  Matrix take(std::int64_t rows, std::int64_t columns) {
    const Matrix matrix{format_, at_, rows, columns};
    if (at_ != nullptr) at_ += matrix.bytes();
    return matrix;
  }

 private:
  Format format_;
  const std::byte* at_;
};

}  // namespace

MatrixSet lay_out(const Shape& shape, Format format, const std::byte* block) {
  Cursor next(format, block);
  MatrixSet set;
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    auto& at = set.layers.emplace_back();
    at.query = next.take(shape.query_size(), shape.hidden);
    at.key = next.take(shape.kv_size(), shape.hidden);
    at.value = next.take(shape.kv_size(), shape.hidden);
    at.output = next.take(shape.hidden, shape.query_size());
    at.gate = next.take(shape.intermediate, shape.hidden);
    at.up = next.take(shape.intermediate, shape.hidden);
    at.down = next.take(shape.hidden, shape.intermediate);
  }
  set.embedding = next.take(shape.vocabulary, shape.hidden);
  set.tied = shape.tied;
  set.lm_head = shape.tied ? set.embedding : next.take(shape.vocabulary, shape.hidden);
  return set;
}

bool fits(const Shape& shape, Format format) {
  const auto good = [&](std::int64_t columns) {
    return columns % block_size(format) == 0 && (format != Format::q4g128 || columns <= kMaxColumnsG128);
  };
  return good(shape.hidden) && good(shape.query_size()) && good(shape.intermediate);
}

std::int64_t total_bytes(const MatrixSet& matrices) {
  std::int64_t bytes = 0;
  matrices.for_each([&](const Matrix& matrix) { bytes += matrix.bytes(); });
  return bytes;
}

bool uniform(const MatrixSet& matrices) {
  bool same = true;
  matrices.for_each([&](const Matrix& matrix) { same = same && matrix.format == matrices.embedding.format; });
  return same;
}

bool any_rounds(const MatrixSet& matrices) {
  bool any = false;
  matrices.for_each([&](const Matrix& matrix) { any = any || rounds(matrix.format); });
  return any;
}

}  // namespace hpct::qwen
