// SPDX-License-Identifier: Apache-2.0
#include "collector/scheduling.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace hpct {
namespace {

/// "on_cpu waiting slices": no stdio, since the measured call is framed by this.
std::optional<ThreadScheduling> read_schedstat(int folder, const char* path) noexcept {
  const int file = ::openat(folder, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::array<char, 96> text{};
  const auto size = ::read(file, text.data(), text.size() - 1);
  ::close(file);
  char* rest = nullptr;
  const auto on_cpu = size > 0 ? std::strtoll(text.data(), &rest, 10) : 0;
  if (size <= 0 || *rest != ' ') return std::nullopt;
  return ThreadScheduling{.on_cpu_ns = on_cpu, .waiting_ns = std::strtoll(rest, nullptr, 10), .threads = 1};
}

/// Linux builds the id of a thread's CPU clock so; pthread_getcpuclockid() wants a handle that we do not
/// have.
clockid_t cpu_clock_of(pid_t thread) noexcept {
  constexpr clockid_t kThreadScheduling = 6;
  return static_cast<clockid_t>(~static_cast<unsigned>(thread) << 3U) | kThreadScheduling;
}

/// What may be unaccounted for: the two clocks are read some microseconds apart, while the workload's other
/// threads may still be on their way to sleep, or be late at a timer tick (10 ms at most).
constexpr std::int64_t kUnaccountedNs = 1'000'000;
constexpr std::int64_t kTickNs = 10'000'000;
constexpr double kUnaccountedShare = 0.01;

}  // namespace

std::optional<ThreadScheduling> scheduling_of(pid_t id) {
  return read_schedstat(AT_FDCWD, fmt::format("/proc/{}/schedstat", id).c_str());
}

std::optional<ThreadScheduling> scheduling_of_thread(pid_t process, pid_t thread) {
  return read_schedstat(AT_FDCWD, fmt::format("/proc/{}/task/{}/schedstat", process, thread).c_str());
}

void TaskFolder::update_clocks() const noexcept {
  if (!folder_) return;
  rewinddir(folder_.get());
  timespec time{};
  while (const dirent* task = readdir(folder_.get()))
    if (task->d_name[0] != '.')
      clock_gettime(cpu_clock_of(static_cast<pid_t>(std::strtol(task->d_name, nullptr, 10))), &time);
}

std::optional<ThreadScheduling> TaskFolder::scheduling() const noexcept {
  if (!folder_) return std::nullopt;
  update_clocks();
  rewinddir(folder_.get());
  std::optional<ThreadScheduling> sum;
  while (const dirent* task = readdir(folder_.get())) {
    if (task->d_name[0] == '.') continue;
    std::array<char, 300> path{};
    std::snprintf(path.data(), path.size(), "%s/schedstat", task->d_name);
    const auto one = read_schedstat(dirfd(folder_.get()), path.data());
    if (!one) continue;  // it just ended, or the kernel has none at all
    if (!sum) sum = ThreadScheduling{.on_cpu_ns = 0, .waiting_ns = 0, .threads = 0};
    ++sum->threads;
    sum->on_cpu_ns += one->on_cpu_ns;
    sum->waiting_ns += one->waiting_ns;
  }
  return sum;
}

Value run_delay_value(const ThreadScheduling& known, std::int64_t cpu_ns) {
  const auto unaccounted = cpu_ns - known.on_cpu_ns;
  const auto allowed = std::max(kUnaccountedNs + kTickNs * (known.threads - 1),
                                static_cast<std::int64_t>(kUnaccountedShare * static_cast<double>(cpu_ns)));
  if (std::abs(unaccounted) > allowed || known.waiting_ns < 0)
    return Value::missing("s", MissingReason::not_found,
                          "threads that ended meanwhile took their waiting time with them");
  return Value::of(static_cast<double>(known.waiting_ns) * 1e-9, "s", Provenance::counted);
}

}  // namespace hpct
