// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <cstddef>
#include <filesystem>
#include <string_view>

namespace hpct::onebrc {

/// A file mapped read-only for as long as the object lives.
class MappedFile {
 public:
  static Expected<MappedFile> open(const std::filesystem::path& file);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] std::string_view bytes() const { return {begin_, size_}; }

 private:
  MappedFile(const char* begin, std::size_t size) : begin_(begin), size_(size) {}

  const char* begin_;
  std::size_t size_;
};

/// `cannot open x: No such file or directory`, from errno.
[[nodiscard]] tl::unexpected<Error> system_failure(std::string_view what, const std::filesystem::path& file);

}  // namespace hpct::onebrc
