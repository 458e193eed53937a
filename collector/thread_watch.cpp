// SPDX-License-Identifier: Apache-2.0
#include "collector/thread_watch.h"

#include <dirent.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>

#include "collector/clock.h"
#include "collector/scheduling.h"

namespace hpct {
namespace {

constexpr std::int64_t kIntervalNs = 50'000'000;
constexpr std::int64_t kNapsPerLook = 100;  // 1 % of a core
constexpr std::size_t kMostThreads = 10'000;
constexpr int kDeepestFamily = 50;

std::string first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

void ThreadWatch::start(pid_t process) {
  process_ = process;
  watcher_ = std::thread([this] { watch(); });
}

void ThreadWatch::watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto before = clock::monotonic_ns();
    look_at(process_, 0);
    const auto nap = std::max(kIntervalNs, kNapsPerLook * (clock::monotonic_ns() - before));
    wake_.wait_for(lock, std::chrono::nanoseconds(nap), [this] { return stopping_; });
  }
}

void ThreadWatch::stop() {
  if (!watcher_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  watcher_.join();
  look_at(process_, 0);
  if (const auto first = threads_.find(process_); first != threads_.end()) first->second.usage.exact = true;
}

/// The threads of a process, and the processes that they started.
void ThreadWatch::look_at(pid_t process, int depth) {
  const auto folder = fmt::format("/proc/{}/task", process);
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(opendir(folder.c_str()), closedir);
  if (!tasks || depth > kDeepestFamily) return;
  while (const dirent* task = readdir(tasks.get())) {
    if (task->d_name[0] == '.') continue;
    look_at_thread(process, static_cast<pid_t>(std::strtol(task->d_name, nullptr, 10)));
    std::ifstream children(fmt::format("{}/{}/children", folder, task->d_name));
    for (pid_t child = 0; children >> child;) look_at(child, depth + 1);
  }
}

void ThreadWatch::look_at_thread(pid_t process, pid_t thread) {
  const auto scheduling = scheduling_of_thread(process, thread);
  if (!scheduling) return;
  if (threads_.size() >= kMostThreads && !threads_.contains(thread)) return;
  auto& seen = threads_[thread];
  // Programs name their threads soon after they start them; the first is named by exec, before which it is
  // ours.
  if (seen.looks++ < 2 || thread == process_)
    seen.usage.name = first_line(fmt::format("/proc/{}/task/{}/comm", process, thread));
  seen.usage.process = process;
  seen.usage.thread = thread;
  seen.usage.cpu_ns = scheduling->on_cpu_ns;
  seen.usage.run_delay_ns = scheduling->waiting_ns;
}

std::vector<ThreadUsage> ThreadWatch::seen() const {
  std::vector<ThreadUsage> threads;
  for (const auto& [number, thread] : threads_) threads.push_back(thread.usage);
  return threads;
}

std::vector<ThreadUsage> busiest(std::vector<ThreadUsage> threads, std::size_t most) {
  std::stable_sort(threads.begin(), threads.end(),
                   [](const auto& a, const auto& b) { return a.cpu_ns > b.cpu_ns; });
  ThreadUsage others;
  if (threads.size() > most) {
    others.others = static_cast<int>(threads.size() - most);
    others.name = fmt::format("({} others)", others.others);
    for (std::size_t i = most; i < threads.size(); ++i) others.cpu_ns += threads[i].cpu_ns;
    threads.resize(most);
  }
  std::sort(threads.begin(), threads.end(), [](const auto& a, const auto& b) { return a.thread < b.thread; });
  if (!others.name.empty()) threads.push_back(others);
  return threads;
}

}  // namespace hpct
