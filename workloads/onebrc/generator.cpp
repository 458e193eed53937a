// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/generator.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <utility>

#include "workloads/mapped_file.h"
#include "workloads/onebrc/row_printer.h"
#include "workloads/thread_team.h"

namespace hpct::onebrc {
namespace {

constexpr std::int64_t kBlockRows = std::int64_t{1} << 16;
/// Filling the page cache by calls of 1 MiB was measured to take twice the system time of these.
constexpr std::size_t kWriteBytes = std::size_t{128} << 10;

/// A file under a temporary name; gone unless it was renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::filesystem::path file)
      : final_(std::move(file)), name_(final_.string() + fmt::format(".{}.tmp", ::getpid())) {
    fd_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd_ >= 0)
      ::flock(fd_, LOCK_EX | LOCK_NB);  // see remove_leftovers(); file systems without it work as well
  }
  ~TemporaryFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    if (!renamed_) ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

  /// 0 or errno. Any thread.
  [[nodiscard]] int write_at(std::uint64_t offset, const char* bytes, std::size_t size) const {
    while (size != 0) {
      const auto written = ::pwrite(fd_, bytes, std::min(size, kWriteBytes), static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return written == 0 ? EIO : errno;
      bytes += written;
      offset += static_cast<std::uint64_t>(written);
      size -= static_cast<std::size_t>(written);
    }
    return 0;
  }

  Expected<void> rename() {
    if (::rename(name_.c_str(), final_.c_str()) != 0) return system_failure("write", final_);
    renamed_ = true;
    return {};
  }

 private:
  std::filesystem::path final_;
  std::string name_;
  int fd_ = -1;
  bool renamed_ = false;
};

/// One generation: members print blocks in any order and learn their places in the file in turn.
class Generation {
 public:
  Generation(const DataSet& data, const RowPrinter& printer, const TemporaryFile& out, Progress& progress)
      : rows_(data.rows), printer_(printer), out_(out), progress_(progress) {}

  /// One member's part. Only one member may report progress.
  void work(bool reports, std::vector<Sums>& sums) {
    const std::unique_ptr<char[]> text(new char[RowPrinter::room_for(kBlockRows)]);
    sums.resize(printer_.stations().size());
    for (auto block = next_++; block * kBlockRows < rows_; block = next_++) {
      // A member that stops must still give up its turn: others wait for theirs.
      if (error_ != 0 || interrupt_requested()) return void(take_place(block, 0));
      const auto rows = std::min(kBlockRows, rows_ - block * kBlockRows);
      const char* const end = printer_.print(block, rows, text.get(), sums);
      const auto size = static_cast<std::size_t>(end - text.get());
      if (const int error = out_.write_at(take_place(block, size), text.get(), size)) error_ = error;
      const auto done = static_cast<double>(block * kBlockRows + rows);
      if (reports) progress_.update("generating rows", done, static_cast<double>(rows_));
    }
  }

  [[nodiscard]] int error() const { return error_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  /// Waits for the block's turn, takes the next `size` bytes of the file, and hands the turn on.
  std::uint64_t take_place(std::int64_t block, std::size_t size) {
    for (auto turn = turn_.load(); turn != block; turn = turn_.load()) turn_.wait(turn);
    const auto offset = std::exchange(bytes_, bytes_ + size);
    turn_.store(block + 1);
    turn_.notify_all();
    return offset;
  }

  std::int64_t rows_;
  const RowPrinter& printer_;
  const TemporaryFile& out_;
  Progress& progress_;
  std::atomic<std::int64_t> next_{0};
  std::atomic<std::int64_t> turn_{0};
  std::atomic<int> error_{0};
  std::uint64_t bytes_ = 0;  ///< touched only by the member whose turn it is
};

std::string human_bytes(double bytes) {
  return bytes < 1e9 ? fmt::format("{:.1f} MB", bytes / 1e6) : fmt::format("{:.1f} GB", bytes / 1e9);
}

Expected<void> check_space(const std::filesystem::path& file, double needed) {
  std::error_code unknown;
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const auto space = std::filesystem::space(folder, unknown);
  if (unknown || static_cast<double>(space.available) >= needed) return {};
  return fail(ErrorCode::io,
              fmt::format("no space for {}: needs {}, has {}", file.string(), human_bytes(needed),
                          human_bytes(static_cast<double>(space.available))),
              "free some space, ask for fewer rows, or choose another cache folder");
}

Tallies joined(const std::vector<Station>& stations, const std::vector<std::vector<Sums>>& parts) {
  Tallies tallies;
  for (const auto& part : parts)
    for (std::size_t i = 0; i < part.size(); ++i)
      if (part[i].count != 0)
        tallies.push_back({stations[i].name, part[i].sum, part[i].count, part[i].min, part[i].max});
  make_sorted_and_unique(tallies);
  return tallies;
}

/// A file that nobody is writing to. One that has just been made is empty and not locked yet, and costs
/// nothing.
bool is_leftover(const std::filesystem::directory_entry& entry) {
  const auto name = entry.path().filename().string();
  std::error_code gone;
  if (!name.starts_with("1brc-") || !name.ends_with(".tmp") || !entry.is_regular_file(gone)) return false;
  if (entry.file_size(gone) == 0 || gone) return false;
  const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool free = ::flock(fd, LOCK_EX | LOCK_NB) == 0;
  ::close(fd);
  return free;
}

}  // namespace

void remove_leftovers(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (is_leftover(entry)) std::filesystem::remove(entry.path(), ignored);
}

Expected<Generated> generate(const DataSet& data, const std::filesystem::path& file, int threads,
                             Progress& progress) {
  const RowPrinter printer(data);
  const auto space = check_space(file, printer.line_bytes() * static_cast<double>(data.rows));
  if (!space) return tl::unexpected(space.error());
  TemporaryFile out(file);
  if (!out.is_open()) return system_failure("write", file);
  Generation generation(data, printer, out, progress);
  const auto team = make_thread_team(threads);
  if (!team) return tl::unexpected(team.error());
  std::vector<std::vector<Sums>> sums(static_cast<std::size_t>(threads));
  (*team)->run([&](int member) { generation.work(member == 0, sums[static_cast<std::size_t>(member)]); });
  if (interrupt_requested())
    return fail(ErrorCode::interrupted, "interrupted while generating " + file.string());
  errno = generation.error();
  if (errno != 0) return system_failure("write", file);
  const auto renamed = out.rename();
  if (!renamed) return tl::unexpected(renamed.error());
  return Generated{generation.bytes(), joined(printer.stations(), sums)};
}

}  // namespace hpct::onebrc
