// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/perf_event.h"

#include <asm/perf_regs.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>

namespace hpct {
namespace {

/// One number out of a file of /proc or /sys; `otherwise` when it is not there.
long number_in(const char* path, long otherwise) {
  std::ifstream in(path);
  long number = otherwise;
  return in >> number ? number : otherwise;
}

NoSampling refusal(int error) {
  if (error == EACCES || error == EPERM) {
    constexpr long kUsersMayStillSample = 2;
    const auto paranoid = number_in("/proc/sys/kernel/perf_event_paranoid", -1);
    if (paranoid <= kUsersMayStillSample)
      return {MissingReason::permission,
              "a container or security module forbids perf_event_open (--cap-add PERFMON allows it)"};
    return {MissingReason::permission,
            fmt::format("the kernel refuses perf_event_open to this user: perf_event_paranoid is {}, and "
                        "sysctl kernel.perf_event_paranoid=2 allows it",
                        paranoid)};
  }
  if (error == ENOSYS)
    return {MissingReason::not_found, "this kernel, or the sandbox around it, has no perf_event_open"};
  return {MissingReason::not_found, fmt::format("perf_event_open fails: {}", std::strerror(error))};
}

/// What both kinds of events share: follow threads and children, and tell what they mapped and when.
perf_event_attr common_attributes(const SamplingOptions& options) {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.freq = 1;
  const auto allowed = number_in("/proc/sys/kernel/perf_event_max_sample_rate", 100'000);
  attr.sample_freq =
      static_cast<std::uint64_t>(std::clamp<double>(options.rate_hz, 1, static_cast<double>(allowed)));
  attr.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CALLCHAIN;
  if (options.call_graph == CallGraph::dwarf) {
    attr.sample_type |= PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER;
    attr.sample_regs_user = unwinding_registers();
    attr.sample_stack_user = kStackCopy;
    attr.exclude_callchain_user = 1;
  }
  attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  attr.disabled = 1;
  attr.inherit = 1;
  attr.inherit_stat = 1;  // every thread that ends leaves a record of its time
  attr.mmap = attr.mmap2 = attr.comm = attr.comm_exec = attr.task = 1;
  attr.sample_id_all = 1;
  attr.use_clockid = 1;
  attr.clockid = CLOCK_MONOTONIC;
  attr.exclude_hv = 1;
  return attr;
}

/// Does it open, on ourselves?
bool opens(const perf_event_attr& attributes) {
  const int event = open_perf_event(attributes, 0, -1);
  if (event >= 0) ::close(event);
  return event >= 0;
}

/// Takes the kernel's part too where that is allowed, and the most precise place the hardware can name.
bool settle(SamplingEvent& event) {
  auto& attr = event.attributes;
  for (const bool kernel : {true, false})
    for (int precise = attr.type == PERF_TYPE_HARDWARE ? 2 : 0; precise >= 0; --precise) {
      attr.exclude_kernel = kernel ? 0 : 1;
      attr.exclude_callchain_kernel = kernel ? 0 : 1;
      attr.precise_ip = static_cast<unsigned>(precise) & 3U;
      event.sees_kernel = kernel;
      if (opens(attr)) return true;
    }
  return false;
}

}  // namespace

int open_perf_event(perf_event_attr attributes, pid_t process, int cpu) {
  return static_cast<int>(
      ::syscall(SYS_perf_event_open, &attributes, process, cpu, -1, PERF_FLAG_FD_CLOEXEC));
}

tl::expected<SamplingEvent, NoSampling> choose_sampling_event(const SamplingOptions& options) {
  SamplingEvent cycles{common_attributes(options), "cycles"};
  cycles.attributes.type = PERF_TYPE_HARDWARE;
  cycles.attributes.config = PERF_COUNT_HW_CPU_CYCLES;
  if (!options.spare_hardware && settle(cycles)) return cycles;
  SamplingEvent clock{common_attributes(options), "cpu-clock"};
  clock.attributes.type = PERF_TYPE_SOFTWARE;
  clock.attributes.config = PERF_COUNT_SW_CPU_CLOCK;
  if (settle(clock)) return clock;
  return tl::unexpected(refusal(errno));
}

std::vector<int> online_cpus() {
  std::vector<int> cpus;
  std::ifstream in("/sys/devices/system/cpu/online");  // "0-3,8"
  for (std::string range; std::getline(in, range, ',');) {
    std::istringstream ends(range);
    int first = 0;
    char dash = 0;
    if (!(ends >> first)) continue;
    int last = first;
    if (!(ends >> dash >> last)) last = first;
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
  }
  if (cpus.empty())
    for (int cpu = 0; cpu < ::sysconf(_SC_NPROCESSORS_ONLN); ++cpu) cpus.push_back(cpu);
  return cpus;
}

std::uint64_t unwinding_registers() {
#if defined(__x86_64__)
  const std::uint64_t all = (std::uint64_t{1} << PERF_REG_X86_64_MAX) - 1;
  std::uint64_t without = 0;  // segments say nothing about the stack
  for (const int segment : {PERF_REG_X86_DS, PERF_REG_X86_ES, PERF_REG_X86_FS, PERF_REG_X86_GS})
    without |= std::uint64_t{1} << segment;
  return all & ~without;
#elif defined(__aarch64__)
  return (std::uint64_t{1} << (PERF_REG_ARM64_PC + 1)) - 1;
#else
  return 0;
#endif
}

}  // namespace hpct
