// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "workloads/mapped_file.h"
#include "workloads/qwen/weight_format.h"

namespace hpct::qwen {

/// One tensor of a GGUF file: a view of the mapped bytes, checked to lie in the file. `columns` is the file's
/// first dimension, the one whose elements are neighbours; a vector has one row.
struct GgufTensor {
  Format format = Format::f32;
  std::int64_t rows = 1;
  std::int64_t columns = 0;
  const std::byte* data = nullptr;
};

/// A GGUF file, versions 2 and 3: its scalar metadata and where its tensors lie. Knows nothing of models.
/// Nothing in the file is believed: counts, lengths, offsets and sizes are checked before they are used, and
/// whatever does not hold is ErrorCode::bad_file with one line.
/// Tensors in formats we have no kernels for are remembered by name only.
class GgufFile {
 public:
  static Expected<GgufFile> open(const std::filesystem::path& file);

  /// Whole numbers of any width; a number that is too large, or none, is no such entry.
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
  [[nodiscard]] std::optional<double> real(std::string_view key) const;
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;

  /// ErrorCode::bad_file when there is none of that name, or in a format that cannot be used.
  [[nodiscard]] Expected<GgufTensor> tensor(const std::string& name) const;
  [[nodiscard]] bool has(const std::string& name) const { return tensors_.contains(name); }

  /// Whether nobody has written to the file or cut it off since it was opened: what was read since means
  /// nothing otherwise.
  [[nodiscard]] bool unchanged() const { return mapping_.state_now() == mapping_.state(); }

 private:
  friend class GgufParser;
  using Entry = std::variant<std::int64_t, double, std::string>;
  struct Found {
    std::optional<GgufTensor> tensor;  ///< none: a format without kernels
    std::uint32_t type = 0;
  };

  explicit GgufFile(MappedFile mapping) : mapping_(std::move(mapping)) {}

  MappedFile mapping_;
  std::map<std::string, Entry, std::less<>> metadata_;
  std::map<std::string, Found> tensors_;
};

}  // namespace hpct::qwen
