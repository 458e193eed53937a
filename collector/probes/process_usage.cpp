// SPDX-License-Identifier: Apache-2.0
// What the kernel counts for a program, beyond rusage: CPU time and waiting per thread, input and output.
#include <fmt/format.h>

#include <fstream>
#include <map>

#include "collector/program_probe.h"
#include "collector/scheduling.h"
#include "collector/thread_watch.h"
#include "reports/unit.h"

namespace hpct::probes {
namespace {

using IoCounts = std::map<std::string, std::int64_t>;

/// /proc/PID/io: "rchar: 123". Children that were waited for are in it.
IoCounts io_of(pid_t process) {
  IoCounts counts;
  std::ifstream in(fmt::format("/proc/{}/io", process));
  std::string name;
  for (std::int64_t count = 0; in >> name >> count;) counts[name] = count;
  return counts;
}

/// What went through read and write calls, whether from a disk, a pipe or the page cache.
Value moved(const IoCounts& counts, const char* by_calls, const char* by_device) {
  const auto calls = counts.find(by_calls);
  if (calls == counts.end())
    return Value::missing("B", MissingReason::permission, "the kernel shows no /proc/PID/io of this program");
  auto value = Value::of(static_cast<double>(calls->second), "B", Provenance::counted);
  if (const auto device = counts.find(by_device); device != counts.end())
    value.detail = fmt::format("by read and write calls; {} of it moved to or from a disk",
                               format_quantity(static_cast<double>(device->second), "B"));
  return value;
}

class ProcessUsage final : public ProgramProbe {
 public:
  void prepare(ChildEnvironment&) override {}
  void attach(pid_t child) override { watch_.start(child); }
  void ended(pid_t child) override {
    watch_.stop();
    io_ = io_of(child);
  }
  void collect(Sample& sample) override {
    sample.threads = watch_.seen();
    sample.readings.emplace_back("io.bytes_read", moved(io_, "rchar:", "read_bytes:"));
    sample.readings.emplace_back("io.bytes_written", moved(io_, "wchar:", "write_bytes:"));
    for (auto& [name, value] : sample.readings)
      if (name == "run_delay" && !value.known()) value = run_delay_of(sample);
  }

 private:
  /// The sum over all threads that were seen, if they account for the CPU time of the program.
  static Value run_delay_of(const Sample& sample) {
    ThreadScheduling sum{.on_cpu_ns = 0, .waiting_ns = 0, .threads = 1};
    for (const auto& thread : sample.threads) {
      sum.on_cpu_ns += thread.cpu_ns;
      sum.waiting_ns += thread.run_delay_ns.value_or(0);
    }
    return run_delay_value(sum, sample.cpu_ns);
  }

  ThreadWatch watch_;
  IoCounts io_;
};

std::unique_ptr<ProgramProbe> make(const RunnerOptions&) { return std::make_unique<ProcessUsage>(); }

}  // namespace

extern const ProgramProbeInfo process_usage;
const ProgramProbeInfo process_usage{"process_usage", "CPU time and waiting per thread, input and output",
                                     make};

}  // namespace hpct::probes
