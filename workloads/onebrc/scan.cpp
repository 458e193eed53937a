// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/scan.h"

#include <fcntl.h>
#include <hpct/progress.h>
#include <hpct/region.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>

#include "workloads/mapped_file.h"
#include "workloads/onebrc/aggregate.h"

namespace hpct::onebrc {
namespace {

constexpr std::size_t kReadBytes = std::size_t{512} << 10;  // stays in the second-level cache

using Vector [[gnu::vector_size(16)]] = signed char;

/// Newlines among at most 127 * 64 bytes, a multiple of 64: byte-wide counters hold that many.
int count_newlines_in_block(const char* at, std::size_t bytes) {
  const Vector newline = Vector{} + '\n';
  Vector counts[4] = {};
  for (const char* const end = at + bytes; at < end; at += 64)
    for (int i = 0; i < 4; ++i) {
      Vector text;
      std::memcpy(&text, at + 16 * i, sizeof text);
      counts[i] -= text == newline;  // a comparison that holds is -1
    }
  int count = 0;
  for (const auto& part : counts)
    for (int i = 0; i < 16; ++i) count += part[i];
  return count;
}

std::int64_t count_newlines(std::string_view text) {
  constexpr std::size_t kBlock = 127 * 64;
  std::int64_t count = 0;
  while (text.size() >= 64) {
    const auto bytes = std::min(kBlock, text.size() / 64 * 64);
    count += count_newlines_in_block(text.data(), bytes);
    text.remove_prefix(bytes);
  }
  return count + std::count(text.begin(), text.end(), '\n');
}

/// Hands out [begin, begin + bytes) of a file until all is given.
class Chunks {
 public:
  Chunks(std::size_t size, std::size_t bytes) : size_(size), bytes_(bytes) {}
  bool take(std::size_t& begin, std::size_t& bytes) {
    if (interrupt_requested()) return false;
    begin = next_.fetch_add(bytes_, std::memory_order_relaxed);
    bytes = begin < size_ ? std::min(bytes_, size_ - begin) : 0;
    return bytes != 0;
  }

 private:
  std::size_t size_;
  std::size_t bytes_;
  std::atomic<std::size_t> next_{0};
};

std::int64_t count_mapped(std::string_view text, ThreadTeam& team) {
  Chunks chunks(text.size(), kChunkBytes);
  std::atomic<std::int64_t> newlines{0};
  team.run([&](int) {
    HPCT_REGION("scan");
    for (std::size_t begin = 0, bytes = 0; chunks.take(begin, bytes);)
      newlines += count_newlines(text.substr(begin, bytes));
  });
  return newlines + (text.empty() || text.back() == '\n' ? 0 : 1);
}

/// An open file that is read from any place by any thread.
class ReadFile {
 public:
  explicit ReadFile(const std::filesystem::path& file) : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~ReadFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  ReadFile(const ReadFile&) = delete;
  ReadFile& operator=(const ReadFile&) = delete;
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

  /// What there is at `offset`: fewer bytes when the file ends before. 0 or errno.
  int read(std::size_t offset, char* into, std::size_t bytes, std::string_view& text) const {
    std::size_t done = 0;
    while (done < bytes) {
      const auto got = ::pread(fd_, into + done, bytes - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return errno;
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    text = {into, done};
    return 0;
  }

 private:
  int fd_;
};

Expected<std::int64_t> count_by_read(const std::filesystem::path& path, ThreadTeam& team) {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path, unknown);
  const ReadFile file(path);
  if (unknown || !file.is_open()) return system_failure("open", path);
  Chunks chunks(size, kReadBytes);
  std::atomic<std::int64_t> lines{0};
  std::atomic<int> failure{0};
  team.run([&](int) {
    HPCT_REGION("scan");
    const std::unique_ptr<char[]> buffer(new char[kReadBytes]);
    for (std::size_t begin = 0, bytes = 0; chunks.take(begin, bytes);) {
      std::string_view text;
      if (const int error = file.read(begin, buffer.get(), bytes, text)) failure = error;
      lines += count_newlines(text);
      if (begin + text.size() == size && !text.ends_with('\n')) ++lines;
    }
  });
  errno = failure;
  if (failure != 0) return system_failure("read", path);
  return lines.load();
}

}  // namespace

Expected<std::int64_t> count_lines(const std::filesystem::path& path, Scan scan, ThreadTeam& team) {
  if (scan == Scan::read) return count_by_read(path, team);
  const auto file = MappedFile::open(path, scan == Scan::populated ? Pages::at_once : Pages::when_touched);
  if (!file) return tl::unexpected(file.error());
  return count_mapped(file->bytes(), team);
}

}  // namespace hpct::onebrc
