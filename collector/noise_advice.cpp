// SPDX-License-Identifier: Apache-2.0
#include "collector/noise_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace hpct {
namespace {

namespace fs = std::filesystem;

// Shares of the time that show in a measurement of some per cent.
constexpr double kSeen = 0.005;
constexpr double kClockSeen = 0.02;
constexpr double kCoresSeen = 0.1;

std::string first_word(const fs::path& file) {
  std::string word;
  std::ifstream(file) >> word;
  return word;
}

/// Is there a process of this name? Its own file says it, the command line may be anything.
bool is_running(const fs::path& root, std::string_view name) {
  std::error_code error;
  for (fs::directory_iterator at(root / "proc", error), end; !error && at != end; at.increment(error))
    if (first_word(at->path() / "comm") == name) return true;
  return false;
}

std::string percent(double share) { return fmt::format("{:.1f} %", share * 100); }

std::string names_of(const std::vector<BusyProcess>& processes) {
  std::string text;
  for (const auto& [id, name, cores] : processes)
    text += fmt::format("{}{} ({}, {:.0f} % of a core)", text.empty() ? "" : ", ", name, id, cores * 100);
  return text;
}

void add_other_programs(const NoiseMeasurement& seen, std::vector<NoiseAdvice>& advice) {
  const double cores = seen.noise.other_cores.value_or(0);
  const double waited = seen.noise.run_delay.value_or(0);
  if (cores < kCoresSeen && waited < kSeen) return;
  auto what = fmt::format("Other programs keep {:.2g} cores busy", cores);
  if (waited >= kSeen)
    what += fmt::format("; a measuring thread waits for its core {} of the time", percent(waited));
  if (!seen.busiest.empty()) what += ": " + names_of(seen.busiest);
  advice.push_back(
      {what, "stop them, or keep cores free of them: boot with isolcpus=, or use cpusets",
       "end those that are yours, wait for the others, or measure on fewer threads than there are cores"});
}

void add_clock(const Noise& noise, const NoiseSettings& settings, std::vector<NoiseAdvice>& advice) {
  const bool steps = noise.clock_spread >= kClockSeen;
  const auto seen =
      steps ? fmt::format(" (it moved by {} just now)", percent(noise.clock_spread)) : std::string();
  if (!settings.governor.empty() && settings.governor != "performance")
    advice.push_back({fmt::format("The clock follows the load: governor {}{}", settings.governor, seen),
                      "cpupower frequency-set -g performance", "use repetitions of a second or more"});
  if (settings.turbo == "on")
    advice.push_back({"Turbo is on: the clock depends on temperature and on the other cores" + seen,
                      "echo 1 > /sys/devices/system/cpu/intel_pstate/no_turbo, or echo 0 > "
                      "/sys/devices/system/cpu/cpufreq/boost",
                      "compare runs measured side by side"});
  const bool explained = !settings.governor.empty() && settings.governor != "performance";
  if (steps && !explained && settings.turbo != "on" && settings.hypervisor.empty())
    advice.push_back({"The clock is not steady" + seen, "fix it: cpupower frequency-set -d F -u F",
                      "compare runs measured side by side"});
}

void add_host(const Noise& noise, const NoiseSettings& settings, std::vector<NoiseAdvice>& advice) {
  if (settings.hypervisor.empty()) return;
  const std::string what = "A virtual machine shares caches, memory and clock with strangers";
  std::string seen;
  if (noise.stolen.value_or(0) >= kSeen)
    seen = fmt::format("; the host took {} of its time", percent(*noise.stolen));
  if (noise.clock_spread >= kClockSeen)
    seen += fmt::format("; its clock moved by {}", percent(noise.clock_spread));
  advice.push_back({what + seen, "rent a dedicated or bare-metal host",
                    "compare runs measured side by side, interleaved, never against a report of yesterday"});
}

void add_limits(const NoiseSettings& settings, std::vector<NoiseAdvice>& advice) {
  if (settings.cpu_quota && *settings.cpu_quota < settings.usable)
    advice.push_back(
        {fmt::format("The container may use {:.2g} of {} cores: beyond that its threads are stopped",
                     *settings.cpu_quota, settings.usable),
         "raise the quota, or give it whole cores (cpuset)",
         fmt::format("--threads {}", std::max(1, static_cast<int>(*settings.cpu_quota)))});
}

void add_kernel_settings(const NoiseSettings& settings, std::vector<NoiseAdvice>& advice) {
  if (settings.smt)
    advice.push_back({"Two hardware threads share each core (SMT): a neighbour halves its speed",
                      "echo off > /sys/devices/system/cpu/smt/control",
                      "one thread per core: taskset to one of each pair, --threads = number of cores"});
  if (settings.numa_balancing)
    advice.push_back({"The kernel moves pages between memory nodes while a program runs (NUMA balancing)",
                      "sysctl kernel.numa_balancing=0", "numactl --localalloc"});
  if (settings.transparent_huge_pages == "always")
    advice.push_back({"Huge pages come and go by themselves: times differ with the memory's state",
                      "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled", ""});
  if (settings.irqs_balanced)
    advice.push_back({"irqbalance moves interrupts onto any core",
                      "stop it while measuring: systemctl stop irqbalance", ""});
}

}  // namespace

NoiseSettings read_noise_settings(const Machine& machine, const fs::path& root) {
  NoiseSettings settings;
  settings.governor = machine.governor;
  settings.turbo = machine.turbo;
  settings.transparent_huge_pages = machine.transparent_huge_pages;
  settings.hypervisor = machine.hypervisor;
  settings.cpu_quota = machine.limits.cpu_quota;
  settings.usable = machine.cpu.usable;
  settings.smt = first_word(root / "sys/devices/system/cpu/smt/active") == "1";
  settings.numa_balancing = machine.cpu.numa_nodes > 1 &&
                            first_word(root / "proc/sys/kernel/numa_balancing") != "0" &&
                            fs::exists(root / "proc/sys/kernel/numa_balancing");
  settings.irqs_balanced = is_running(root, "irqbalance");
  return settings;
}

std::vector<NoiseAdvice> noise_advice(const NoiseMeasurement& seen, const NoiseSettings& settings) {
  std::vector<NoiseAdvice> advice;
  add_other_programs(seen, advice);
  add_limits(settings, advice);
  add_host(seen.noise, settings, advice);
  add_clock(seen.noise, settings, advice);
  add_kernel_settings(settings, advice);
  return advice;
}

}  // namespace hpct
