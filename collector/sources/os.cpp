// SPDX-License-Identifier: Apache-2.0
// What the kernel counts for the whole process: page faults, context switches, waiting for a core.
#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>

#include <memory>
#include <optional>

#include "collector/clock.h"
#include "collector/counter_source.h"
#include "collector/scheduling.h"

namespace hpct::sources {
namespace {

struct Snapshot {
  rusage usage{};
  std::int64_t process_cpu_ns = 0;
  std::optional<ThreadScheduling> threads;  ///< of the threads that live now
};

/// Tells the kernel to forget the peak so far, so that the next one belongs to this repetition alone.
bool reset_memory_peak() noexcept {
  const int file = ::open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool done = ::write(file, "5", 1) == 1;
  ::close(file);
  return done;
}

Value counted(long before, long after) {
  return Value::of(static_cast<double>(after - before), "1", Provenance::counted);
}

class OsCounters final : public CounterSource {
 public:
  /// rusage innermost, so that our own look around is not in the counts.
  void start() noexcept override {
    peak_is_ours_ = reset_memory_peak();
    before_.threads = tasks_.scheduling();
    before_.process_cpu_ns = clock::process_cpu_ns();
    getrusage(RUSAGE_SELF, &before_.usage);
  }
  void stop() noexcept override {
    getrusage(RUSAGE_SELF, &after_.usage);
    after_.process_cpu_ns = clock::process_cpu_ns();
    after_.threads = tasks_.scheduling();
  }

  Readings read() override {
    const auto& a = before_.usage;
    const auto& b = after_.usage;
    return {{"faults.minor", counted(a.ru_minflt, b.ru_minflt)},
            {"faults.major", counted(a.ru_majflt, b.ru_majflt)},
            {"switches.voluntary", counted(a.ru_nvcsw, b.ru_nvcsw)},
            {"switches.involuntary", counted(a.ru_nivcsw, b.ru_nivcsw)},
            {"run_delay", run_delay()},
            {"memory.peak", memory_peak()}};
  }

 private:
  [[nodiscard]] Value run_delay() const {
    if (!before_.threads || !after_.threads)
      return Value::missing("s", MissingReason::not_found, "this kernel has no /proc/self/task/*/schedstat");
    return run_delay_value({.on_cpu_ns = after_.threads->on_cpu_ns - before_.threads->on_cpu_ns,
                            .waiting_ns = after_.threads->waiting_ns - before_.threads->waiting_ns,
                            .threads = after_.threads->threads},
                           after_.process_cpu_ns - before_.process_cpu_ns);
  }

  [[nodiscard]] Value memory_peak() const {
    auto value = Value::of(static_cast<double>(after_.usage.ru_maxrss) * 1024, "B", Provenance::counted);
    value.detail = peak_is_ours_ ? "of the repetition" : "of the process so far";
    return value;
  }

  TaskFolder tasks_;
  bool peak_is_ours_ = false;
  Snapshot before_;
  Snapshot after_;
};

std::vector<CounterInfo> counters() {
  return {{"faults.minor", "1", "page faults served from memory"},
          {"faults.major", "1", "page faults that had to read from disk"},
          {"switches.voluntary", "1", "times a thread gave its core away"},
          {"switches.involuntary", "1", "times a thread was pushed off its core"},
          {"run_delay", "s", "time threads waited for a core, summed over threads"},
          {"memory.peak", "B", "largest resident set"}};
}

Availability probe() { return {.usable = true, .detail = "getrusage and schedstat", .remedy = {}}; }

Expected<std::unique_ptr<CounterSource>> open(const CounterRequest&) {
  return std::make_unique<OsCounters>();
}

}  // namespace

extern const CounterSourceInfo os;
const CounterSourceInfo os{"os", "counted by the kernel: faults, switches, run delay, memory", counters,
                           probe, open};

}  // namespace hpct::sources
