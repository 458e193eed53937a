// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel_pmu.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace hpct {
namespace {

/// From here on the kernel counts for the privileged only.
constexpr int kFirstRefusing = 3;

/// Names differ by architecture and on hybrid parts; those like arm_cmn or uncore_imc are not the CPU's.
bool is_cpu_pmu(const std::string& name) {
  return name == "cpu" || name.starts_with("cpu_") || name.starts_with("armv") || name.starts_with("apple_");
}

}  // namespace

std::optional<int> perf_event_paranoid(const std::filesystem::path& root) {
  std::ifstream file(root / "proc/sys/kernel/perf_event_paranoid");
  int level = 0;
  if (file >> level) return level;
  return std::nullopt;
}

bool kernel_has_cpu_pmu(const std::filesystem::path& root) {
  std::error_code ignored;
  for (const auto& entry :
       std::filesystem::directory_iterator(root / "sys/bus/event_source/devices", ignored))
    if (is_cpu_pmu(entry.path().filename().string())) return true;
  return false;
}

std::optional<Availability> kernel_refusal(const std::filesystem::path& root) {
  const auto paranoid = perf_event_paranoid(root);
  if (!paranoid)
    return Availability{false, MissingReason::no_pmu, "this kernel has no perf events",
                        "use a kernel with CONFIG_PERF_EVENTS, outside a container that hides /proc/sys"};
  if (!kernel_has_cpu_pmu(root))
    return Availability{
        false, MissingReason::no_pmu, "the kernel shows no CPU performance-monitoring unit",
        "virtual machines often hide it: use bare metal, or ask for a guest with a virtual PMU"};
  if (*paranoid >= kFirstRefusing && ::geteuid() != 0)
    return Availability{false, MissingReason::permission,
                        fmt::format("kernel.perf_event_paranoid is {}", *paranoid),
                        "as root: sysctl kernel.perf_event_paranoid=2 (or give the user CAP_PERFMON)"};
  return std::nullopt;
}

}  // namespace hpct
