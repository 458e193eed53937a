// SPDX-License-Identifier: Apache-2.0
#include "reports/file_io.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hpct {
namespace {

/// Closes a file descriptor on every path out of a function.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  int close() { return fd_ < 0 ? 0 : ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

std::string hint_for(int error) {
  switch (error) {
    case ENOENT:
      return "check the path";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a folder you may write to, or check the permissions";
    case ENOSPC:
    case EDQUOT:
      return "free some space or choose another disk";
    default:
      return {};
  }
}

tl::unexpected<Error> system_failure(std::string_view what, const std::filesystem::path& file) {
  const int error = errno;
  return fail(ErrorCode::io, fmt::format("cannot {} {}: {}", what, file.string(), std::strerror(error)),
              hint_for(error));
}

/// Pipes block for ever, devices never end, and renaming onto one would destroy it.
tl::unexpected<Error> not_a_file(const std::filesystem::path& file) {
  return fail(ErrorCode::io, file.string() + " is not a regular file", "name an ordinary file");
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Expected<std::string> read_file(const std::filesystem::path& file) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (in.get() < 0) return system_failure("open", file);
  struct stat facts {};
  if (::fstat(in.get(), &facts) == 0 && S_ISDIR(facts.st_mode))
    return fail(ErrorCode::io, file.string() + " is a folder", "name a file in it");
  if (!S_ISREG(facts.st_mode)) return not_a_file(file);
  std::string text;
  char buffer[1 << 16];
  for (;;) {
    const auto got = ::read(in.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("read", file);
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

Expected<void> write_file_atomically(const std::filesystem::path& asked, std::string_view content) {
  std::error_code unresolved;
  const auto target = std::filesystem::canonical(asked, unresolved);  // a link stays, its target is replaced
  const auto& file = unresolved ? asked : target;
  std::error_code ignored;
  const auto status = std::filesystem::status(file, ignored);
  if (std::filesystem::is_directory(status))
    return fail(ErrorCode::io, file.string() + " is a folder", "name a file in it");
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) return not_a_file(file);
  auto temporary = file;
  temporary += fmt::format(".{}.tmp", ::getpid());
  Descriptor out(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (out.get() < 0) return system_failure("write", file);
  const bool written = write_all(out.get(), content) && ::fsync(out.get()) == 0 && out.close() == 0;
  if (!written || ::rename(temporary.c_str(), file.c_str()) != 0) {
    auto failure = system_failure("write", file);
    ::unlink(temporary.c_str());
    return failure;
  }
  return {};
}

}  // namespace hpct
