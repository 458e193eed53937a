// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace hpct::onebrc {

tl::unexpected<Error> system_failure(std::string_view what, const std::filesystem::path& file) {
  const int error = errno;
  const bool full = error == ENOSPC || error == EDQUOT;
  return fail(ErrorCode::io, fmt::format("cannot {} {}: {}", what, file.string(), std::strerror(error)),
              error == ENOENT ? "check the path"
              : full          ? "free some space, ask for fewer rows, or choose another cache folder"
                              : "check the permissions");
}

Expected<MappedFile> MappedFile::open(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_failure("open", file);
  struct stat facts {};
  const bool known = ::fstat(fd, &facts) == 0;
  const auto size = known ? static_cast<std::size_t>(facts.st_size) : 0;
  // An empty mapping does not exist; the empty view needs none.
  void* const memory = size == 0 ? nullptr : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  const bool mapped = known && memory != MAP_FAILED;
  auto failure = system_failure("map", file);
  ::close(fd);
  if (!mapped) return failure;
  return MappedFile(static_cast<const char*>(memory), size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : begin_(std::exchange(other.begin_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
  if (size_ != 0) ::munmap(const_cast<char*>(begin_), size_);
}

}  // namespace hpct::onebrc
