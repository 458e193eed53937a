// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "workloads/filler.h"

namespace hpct {

/// Which content a file has: another one after anything was written to it or cut off.
struct FileState {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  bool operator==(const FileState&) const = default;
};
Expected<FileState> file_state(const std::filesystem::path& file);

enum class Pages { when_touched, at_once };

/// A file mapped read-only for as long as the object lives, with filler in front of it and behind it.
/// Whatever others do to the file meanwhile, reading it is safe; whether the result means anything, state()
/// and state_now() say.
class MappedFile {
 public:
  /// ErrorCode::io when it is not there, is no regular file, or cannot be mapped.
  static Expected<MappedFile> open(const std::filesystem::path& file, Pages pages = Pages::when_touched);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] std::string_view bytes() const { return {begin_, state_.size}; }
  [[nodiscard]] const FileState& state() const { return state_; }  ///< when it was mapped
  [[nodiscard]] FileState state_now() const;  ///< of the same file, even if it was renamed

 private:
  MappedFile(int fd, FileState state) : fd_(fd), state_(state) {}
  bool map(Pages pages);

  int fd_;
  FileState state_;
  char* space_ = nullptr;  ///< the file and what surrounds it
  std::size_t space_bytes_ = 0;
  const char* begin_ = nullptr;
  std::unique_ptr<ShrinkGuard> guard_;
};

/// `cannot open x: No such file or directory`, from errno.
[[nodiscard]] tl::unexpected<Error> system_failure(std::string_view what, const std::filesystem::path& file);

}  // namespace hpct
