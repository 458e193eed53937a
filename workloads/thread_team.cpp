// SPDX-License-Identifier: Apache-2.0
#include "workloads/thread_team.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>

namespace hpct {
namespace {

void pause_briefly() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

/// On a CPU of one's own: longer than waking a sleeper takes (20 to 60 us), and one who sleeps in turn
/// because that took so long. On a shared one it would take the other member's time.
constexpr std::chrono::microseconds kSpin{200};
constexpr std::chrono::microseconds kSharedSpin{20};

}  // namespace

/// Waits until `word` differs from `old`: spins first, then sleeps.
template <class T>
void ThreadTeam::wait_change(std::atomic<T>& word, T old) const noexcept {
  constexpr int kLooks = 64;  // between two looks at the clock
  const auto changed = [&] {
    for (int i = 0; i < kLooks; ++i) {
      if (word.load(std::memory_order_acquire) != old) return true;
      pause_briefly();
    }
    return false;
  };
  if (changed()) return;
  const auto end = std::chrono::steady_clock::now() + (shares_.dealt() ? kSpin : kSharedSpin);
  while (std::chrono::steady_clock::now() < end)
    if (changed()) return;
  word.wait(old, std::memory_order_acquire);
}

ThreadTeam::ThreadTeam(int size) : shares_(size) {
  try {
    for (int member = 1; member < size; ++member) workers_.emplace_back([this, member] { serve(member); });
  } catch (...) {
    stop();  // those that exist wait for a job, and would be waited for
    throw;
  }
}

ThreadTeam::~ThreadTeam() { stop(); }

/// Joins here and not in ~jthread: the threads use the atomics, which are destroyed before it.
void ThreadTeam::stop() noexcept {
  stopping_.store(true);
  generation_.fetch_add(1);
  generation_.notify_all();
  workers_.clear();
}

// The counters are changed with full ordering: notify_all() skips the system call when it sees no
// sleeper, so the change must be visible before it looks.
void ThreadTeam::run(const std::function<void(int)>& job) {
  shares_.visit_first();
  job_ = &job;
  running_.store(size() - 1, std::memory_order_relaxed);
  generation_.fetch_add(1);
  generation_.notify_all();
  job(0);
  for (int left = running_.load(); left != 0; left = running_.load()) wait_change(running_, left);
}

void ThreadTeam::barrier() noexcept {
  const auto phase = phase_.load(std::memory_order_acquire);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 < size()) {
    wait_change(phase_, phase);
    return;
  }
  arrived_.store(0, std::memory_order_relaxed);
  phase_.fetch_add(1);
  phase_.notify_all();
}

void ThreadTeam::serve(int member) noexcept {
  shares_.take(member);
  // Every member counts the jobs itself, from 0: one that is slow to start still finds its first.
  for (std::uint32_t seen = 0;; ++seen) {
    wait_change(generation_, seen);
    if (stopping_.load()) return;
    (*job_)(member);
    if (running_.fetch_sub(1) == 1) running_.notify_all();
  }
}

Expected<std::unique_ptr<ThreadTeam>> make_thread_team(int size) try {
  return std::make_unique<ThreadTeam>(size);
} catch (const std::exception& error) {
  return fail(ErrorCode::io, fmt::format("cannot start {} threads: {}", size, error.what()), "ask for fewer");
}

}  // namespace hpct
