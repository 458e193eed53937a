// SPDX-License-Identifier: Apache-2.0
#include "workloads/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "workloads/aligned_space.h"

namespace hpct {
namespace {

FileState state_from(const struct stat& facts) {
  return {.device = facts.st_dev,
          .inode = facts.st_ino,
          .size = static_cast<std::uint64_t>(facts.st_size),
          .modified_ns = facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec};
}

std::size_t whole_pages(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

}  // namespace

tl::unexpected<Error> system_failure(std::string_view what, const std::filesystem::path& file) {
  const int error = errno;
  const bool full = error == ENOSPC || error == EDQUOT;
  return fail(ErrorCode::io, fmt::format("cannot {} {}: {}", what, file.string(), std::strerror(error)),
              error == ENOENT   ? "check the path"
              : error == ENOMEM ? "free some memory, or raise the limit of this process (ulimit -v)"
              : full            ? "free some space, ask for fewer rows, or choose another cache folder"
                                : "check the permissions");
}

Expected<FileState> file_state(const std::filesystem::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return system_failure("open", file);
  return state_from(facts);
}

Expected<MappedFile> MappedFile::open(const std::filesystem::path& file, Pages pages) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // nobody may write to a pipe
  if (fd < 0) return system_failure("open", file);
  MappedFile opened(fd, {});
  struct stat facts {};
  if (::fstat(fd, &facts) != 0) return system_failure("open", file);
  if (!S_ISREG(facts.st_mode))
    return fail(
        ErrorCode::io,
        fmt::format("{} is {}", file.string(), S_ISDIR(facts.st_mode) ? "a folder" : "not a regular file"),
        "name an ordinary file");
  opened.state_ = state_from(facts);
  // An empty mapping does not exist; the empty view needs none.
  if (opened.state_.size != 0 && !opened.map(pages)) return system_failure("map", file);
  return opened;
}

bool MappedFile::map(Pages pages) {
  if (!Filler::available()) return false;
  const auto file_bytes = whole_pages(state_.size);
  const auto page = whole_pages(1);
  // The file starts where a huge page can: large folios of the page cache are then mapped as a whole.
  space_bytes_ = kHugePage + file_bytes + Filler::kBytes;
  space_ = map_aligned_space(space_bytes_);
  if (space_ == nullptr) return false;
  char* const begin = space_ + kHugePage;
  begin_ = begin;
  const int flags = MAP_PRIVATE | MAP_FIXED | (pages == Pages::at_once ? MAP_POPULATE : 0);
  if (::mmap(begin, state_.size, PROT_READ, flags, fd_, 0) == MAP_FAILED) return false;
  guard_ = std::make_unique<ShrinkGuard>(begin, file_bytes);
  return Filler::map_over(begin - page, page) && Filler::map_over(begin + file_bytes, Filler::kBytes);
}

FileState MappedFile::state_now() const {
  struct stat facts {};
  return ::fstat(fd_, &facts) == 0 ? state_from(facts) : FileState{};
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      state_(other.state_),
      space_(std::exchange(other.space_, nullptr)),
      space_bytes_(other.space_bytes_),
      begin_(std::exchange(other.begin_, nullptr)),
      guard_(std::move(other.guard_)) {}

MappedFile::~MappedFile() {
  guard_.reset();
  if (space_ != nullptr) ::munmap(space_, space_bytes_);
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace hpct
