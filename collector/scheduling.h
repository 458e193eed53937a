// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dirent.h>
#include <hpct/value.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace hpct {

/// What the scheduler knows about a thread, or about several, summed (the first two numbers of schedstat).
struct ThreadScheduling {
  std::int64_t on_cpu_ns = 0;
  std::int64_t waiting_ns = 0;  ///< ready to run, and waiting on a run queue
  int threads = 1;
};

/// The first thread of process `id`, also when it has ended and nobody has waited for it yet.
/// Empty where the kernel keeps no schedstat.
std::optional<ThreadScheduling> scheduling_of(pid_t id);

/// One thread of it.
std::optional<ThreadScheduling> scheduling_of_thread(pid_t process, pid_t thread);

/// Our own threads, asked without allocating: /proc/self/task stays open.
class TaskFolder {
 public:
  TaskFolder() : folder_(opendir("/proc/self/task"), closedir) {}
  /// Makes the kernel bring the CPU times of all threads up to date. Those of other running threads lag behind
  /// by up to a timer tick (4 ms at 250 Hz) else: a thread that was busy for a whole millisecond and still
  /// runs may not have used any, in the process's sum and in schedstat.
  void update_clocks() const noexcept;
  /// Sum over the threads that live now.
  [[nodiscard]] std::optional<ThreadScheduling> scheduling() const noexcept;

 private:
  std::unique_ptr<DIR, int (*)(DIR*)> folder_;
};

/// Time spent waiting for a core: the one exact sign of contention that a guest can see, equal to wall
/// minus CPU time of a busy thread. The kernel forgets it when a thread ends, so `known`, the threads we
/// could ask, must account for the `cpu_ns` that all threads used; else the value is missing.
Value run_delay_value(const ThreadScheduling& known, std::int64_t cpu_ns);

}  // namespace hpct
