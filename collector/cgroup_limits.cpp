// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup_limits.h"

#include <fstream>
#include <sstream>
#include <string>

namespace hpct {
namespace {

namespace fs = std::filesystem;

/// Version 1 writes "no limit" as the largest page-aligned number; no machine has this much.
constexpr double kNoMemoryLimit = 1e18;

std::optional<double> number_in(const fs::path& file) {
  std::ifstream in(file);
  double number = 0;
  return in >> number ? std::optional(number) : std::nullopt;  // "max" is no number: no limit
}

void tighten_cpu(std::optional<double> quota, std::optional<double> period, Limits& limits) {
  if (!quota || !period || *quota <= 0 || *period <= 0) return;  // version 1 says -1 for no limit
  const double cores = *quota / *period;
  if (!limits.cpu_quota || cores < *limits.cpu_quota) limits.cpu_quota = cores;
}

void tighten_memory(std::optional<double> bytes, Limits& limits) {
  if (!bytes || *bytes <= 0 || *bytes > kNoMemoryLimit) return;
  const auto whole = static_cast<std::int64_t>(*bytes);
  if (!limits.memory_bytes || whole < *limits.memory_bytes) limits.memory_bytes = whole;
}

/// "50000 100000", or "max 100000"
void read_version_2(const fs::path& folder, Limits& limits) {
  std::ifstream in(folder / "cpu.max");
  double quota = 0;
  double period = 0;
  if (in >> quota >> period) tighten_cpu(quota, period, limits);
  tighten_memory(number_in(folder / "memory.max"), limits);
}

void read_version_1(const fs::path& folder, Limits& limits) {
  tighten_cpu(number_in(folder / "cpu.cfs_quota_us"), number_in(folder / "cpu.cfs_period_us"), limits);
  tighten_memory(number_in(folder / "memory.limit_in_bytes"), limits);
}

/// Asks `read` for `group` below `mount` and for every group above it.
template <class Read>
void climb(const fs::path& mount, const fs::path& group, Limits& limits, Read read) {
  for (auto at = group;; at = at.parent_path()) {
    read(mount / at.relative_path(), limits);
    if (!at.has_relative_path()) return;
  }
}

}  // namespace

Limits cgroup_limits(const fs::path& root) {
  Limits limits;
  const auto mount = root / "sys/fs/cgroup";
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // "4:cpu,cpuacct:/path", version 2: "0::/path"
    const auto first = line.find(':');
    const auto second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const fs::path group = "/" + line.substr(second + 1);
    if (controllers.empty()) {
      climb(mount, group, limits, read_version_2);
      climb(mount / "unified", group, limits, read_version_2);  // where version 1 has the main folder
      continue;
    }
    std::istringstream names("," + controllers);  // mounted as a whole and, by link, under each name
    for (std::string name; std::getline(names, name, ',');)
      if (name == "cpu" || name == "memory") climb(mount / name, group, limits, read_version_1);
  }
  return limits;
}

}  // namespace hpct
