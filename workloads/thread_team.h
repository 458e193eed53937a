// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "workloads/cpu_shares.h"

namespace hpct {

/// A fixed team of threads that runs one function together, many times: the caller is member
/// 0, the others wait between jobs (spinning briefly, then sleeping). Made once in prepare(),
/// so that thread creation is never part of a measurement. No two members share a CPU where there are enough.
class ThreadTeam {
 public:
  /// Throws std::system_error when the system has no more threads; make_thread_team() does not.
  explicit ThreadTeam(int size);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  [[nodiscard]] int size() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls job(i) for i in 0..size-1, one per member, and returns when all have finished.
  /// The job must not throw and must not call run() of the same team.
  void run(const std::function<void(int)>& job);

  /// Called by every member inside a job: nobody passes until all have arrived.
  /// For kernels that hand data over many times per job.
  void barrier() noexcept;

 private:
  void serve(int member) noexcept;
  void stop() noexcept;
  template <class T>
  void wait_change(std::atomic<T>& word, T old) const noexcept;

  CpuShares shares_;
  std::vector<std::jthread> workers_;
  const std::function<void(int)>* job_ = nullptr;
  std::atomic<std::uint32_t> generation_{0};
  std::atomic<int> running_{0};
  std::atomic<bool> stopping_{false};
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> phase_{0};
};

/// A team of `size` threads, or `io` when the system refuses to make that many.
Expected<std::unique_ptr<ThreadTeam>> make_thread_team(int size);

}  // namespace hpct
