// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <sys/types.h>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace hpct {

/// Looks 20 times a second, less often when that costs more than 1 % of a core, at what the scheduler knows
/// of a process, its threads and its children. The kernel forgets a thread when it ends: what is known of it
/// then is what was seen last. Memory is bounded.
class ThreadWatch {
 public:
  ThreadWatch() = default;
  ~ThreadWatch() { stop(); }
  ThreadWatch(const ThreadWatch&) = delete;
  ThreadWatch& operator=(const ThreadWatch&) = delete;

  void start(pid_t process);
  /// After a last look, which also works on a process that has ended and was not waited for.
  void stop();
  /// In order of their numbers. Only the first thread of the process is `exact`.
  [[nodiscard]] std::vector<ThreadUsage> seen() const;

 private:
  void watch();
  void look_at(pid_t process, int depth);
  void look_at_thread(pid_t process, pid_t thread);

  pid_t process_ = 0;
  std::thread watcher_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  struct Seen {
    ThreadUsage usage;
    int looks = 0;
  };
  std::map<pid_t, Seen> threads_;
};

/// The `most` threads with most CPU time, in order of their numbers; those left out are summed up in one
/// entry without numbers, "(N others)".
std::vector<ThreadUsage> busiest(std::vector<ThreadUsage> threads, std::size_t most);

}  // namespace hpct
