// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "workloads/qwen/gguf.h"
#include "workloads/qwen/weights.h"

namespace hpct::qwen {

/// A Qwen2 model in a GGUF file: its shape, and its weights where they lie in the mapping. The tokenizer is
/// not read: decoding starts from token numbers.
class ModelFile {
 public:
  /// Reads and checks the header: architecture, sizes that the kernels can do, every tensor present with its
  /// shape. Errors: io, bad_file, not_supported.
  static Expected<std::shared_ptr<const ModelFile>> open(const std::filesystem::path& file);

  [[nodiscard]] const Shape& shape() const { return shape_; }

  /// ErrorCode::io when the file is no longer the one that was opened: results that come from it mean
  /// nothing.
  [[nodiscard]] Expected<void> expect_unchanged() const;

  /// Views into this object's mapping, which the weights keep alive.
  static Weights weights(std::shared_ptr<const ModelFile> file);

 private:
  ModelFile(std::string path, GgufFile file) : path_(std::move(path)), file_(std::move(file)) {}
  Expected<void> read_shape();
  Expected<void> read_matrices();
  Expected<void> read_layer(std::int64_t layer);
  Expected<void> read_vectors();
  [[nodiscard]] Expected<std::int64_t> size(const std::string& key, std::int64_t most) const;
  [[nodiscard]] Expected<Matrix> matrix(const std::string& name, std::int64_t rows,
                                        std::int64_t columns) const;
  Expected<void> append(const std::string& name, std::int64_t count, std::vector<float>& to) const;

  std::string path_;
  GgufFile file_;
  Shape shape_;
  MatrixSet matrices_;
  std::vector<float> gains_;
  std::vector<float> biases_;
};

/// Whether the text names a file, not one of the published shapes.
bool names_a_file(std::string_view model);

}  // namespace hpct::qwen
