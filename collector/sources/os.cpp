// SPDX-License-Identifier: Apache-2.0
// What the kernel counts for the whole process: page faults, context switches, waiting for a core.
#include <dirent.h>
#include <sys/resource.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "collector/counter_source.h"

namespace hpct::sources {
namespace {

/// Nanoseconds that the threads living now have waited on a run queue: second number of
/// /proc/self/task/*/schedstat. Equals wall minus CPU time of a busy thread within 0.01 ms, and is
/// the one exact sign of contention that a guest can see. Empty where the kernel lacks it.
std::optional<std::int64_t> run_delay_ns() {
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(opendir("/proc/self/task"), closedir);
  std::optional<std::int64_t> sum;
  while (const dirent* task = tasks ? readdir(tasks.get()) : nullptr) {
    const auto path = "/proc/self/task/" + std::string(task->d_name) + "/schedstat";
    const std::unique_ptr<FILE, int (*)(FILE*)> file(
        task->d_name[0] == '.' ? nullptr : fopen(path.c_str(), "r"), fclose);
    long long on_cpu = 0;
    long long waiting = 0;
    if (file && fscanf(file.get(), "%lld %lld", &on_cpu, &waiting) == 2) sum = sum.value_or(0) + waiting;
  }
  return sum;
}

struct Snapshot {
  rusage usage{};
  std::optional<std::int64_t> run_delay;

  static Snapshot now() {
    Snapshot snapshot;
    getrusage(RUSAGE_SELF, &snapshot.usage);
    snapshot.run_delay = run_delay_ns();
    return snapshot;
  }
};

Value counted(long before, long after) {
  return Value::of(static_cast<double>(after - before), "1", Provenance::counted);
}

class OsCounters final : public CounterSource {
 public:
  void start() noexcept override { before_ = Snapshot::now(); }
  void stop() noexcept override { after_ = Snapshot::now(); }
  Readings read() override {
    const auto& a = before_.usage;
    const auto& b = after_.usage;
    return {{"faults.minor", counted(a.ru_minflt, b.ru_minflt)},
            {"faults.major", counted(a.ru_majflt, b.ru_majflt)},
            {"switches.voluntary", counted(a.ru_nvcsw, b.ru_nvcsw)},
            {"switches.involuntary", counted(a.ru_nivcsw, b.ru_nivcsw)},
            {"run_delay", run_delay()},
            {"memory.peak", Value::of(static_cast<double>(b.ru_maxrss) * 1024, "B", Provenance::counted)}};
  }

 private:
  [[nodiscard]] Value run_delay() const {
    if (!before_.run_delay || !after_.run_delay)
      return Value::missing("s", MissingReason::not_found, "this kernel has no /proc/self/task/*/schedstat");
    return Value::of(static_cast<double>(*after_.run_delay - *before_.run_delay) * 1e-9, "s",
                     Provenance::counted);
  }

  Snapshot before_;
  Snapshot after_;
};

std::vector<CounterInfo> counters() {
  return {{"faults.minor", "1", "page faults served from memory"},
          {"faults.major", "1", "page faults that had to read from disk"},
          {"switches.voluntary", "1", "times a thread gave its core away"},
          {"switches.involuntary", "1", "times a thread was pushed off its core"},
          {"run_delay", "s", "time threads waited for a core, summed over threads"},
          {"memory.peak", "B", "largest resident set of the process so far"}};
}

Availability probe() { return {.usable = true, .detail = "getrusage and schedstat", .remedy = {}}; }

Expected<std::unique_ptr<CounterSource>> open() { return std::make_unique<OsCounters>(); }

}  // namespace

extern const CounterSourceInfo os;
const CounterSourceInfo os{"os", "counted by the kernel: faults, switches, run delay, memory", counters,
                           probe, open};

}  // namespace hpct::sources
