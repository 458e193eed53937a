// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/gguf.h"

namespace hpct::qwen {

/// Reads the header of a GGUF file into a GgufFile, once. The layout is that of the format's specification
/// ("GGUF", in the ggml project's docs): magic, version, counts, metadata, tensor list, then aligned data;
/// little-endian throughout.
class GgufParser {
 public:
  explicit GgufParser(GgufFile& file);

  /// ErrorCode::bad_file, without the file's name.
  Expected<void> parse();

 private:
  enum class Type : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64 };
  struct Pending {  ///< a tensor whose place is known only after the header
    std::string name;
    std::uint32_t type = 0;
    std::int64_t rows = 1;
    std::int64_t columns = 0;
    std::uint64_t offset = 0;
  };

  [[nodiscard]] std::uint64_t left() const { return size_ - at_; }
  Expected<void> need(std::uint64_t bytes, const char* what) const;
  template <class T>
  Expected<T> number(const char* what);
  Expected<std::string> string(const char* what);
  Expected<void> skip_array(int depth);
  Expected<void> skip_value(Type type, int depth);
  Expected<void> read_entry();
  Expected<void> read_value(const std::string& key, Type type);
  Expected<Pending> read_tensor();
  Expected<void> read_dimensions(Pending& tensor);
  Expected<void> place(const Pending& tensor, std::uint64_t data);
  Expected<std::uint64_t> alignment() const;
  Expected<void> read_header(std::vector<Pending>& tensors);

  GgufFile& file_;
  const std::byte* begin_;
  std::uint64_t size_;
  std::uint64_t at_ = 0;
};

}  // namespace hpct::qwen
