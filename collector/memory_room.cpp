// SPDX-License-Identifier: Apache-2.0
#include "collector/memory_room.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace hpct {
namespace {

namespace fs = std::filesystem;

/// The number behind `key` in a file of "key number" lines.
std::optional<std::uint64_t> entry(const fs::path& file, const std::string& key) {
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line))
    if (line.starts_with(key + " ")) return std::strtoull(line.c_str() + key.size(), nullptr, 10);
  return std::nullopt;
}

std::optional<std::uint64_t> number(const fs::path& file) {
  std::ifstream in(file);
  std::uint64_t value = 0;
  if (in >> value) return value;
  return std::nullopt;  // no file, or the word "max"
}

/// Narrows `room` by one cgroup. Its file cache counts as free, because it is dropped on demand.
void narrow(MemoryRoom& room, const fs::path& group) {
  const auto limit = number(group / "memory.max");
  const auto used = number(group / "memory.current");
  if (!limit || !used) return;
  const auto cache = std::min(*used, entry(group / "memory.stat", "inactive_file").value_or(0));
  const auto taken = std::min(*limit, *used - cache);
  room.total = std::min(room.total, *limit);
  room.available = std::min(room.available, *limit - taken);
}

/// The process's place in the cgroup tree, from the line "0::/a/b".
fs::path cgroup_of_process(const fs::path& root) {
  std::ifstream in(root / "proc/self/cgroup");
  std::string line;
  while (std::getline(in, line))
    if (line.starts_with("0::/")) return line.substr(4);
  return {};
}

}  // namespace

std::optional<MemoryRoom> memory_room(const fs::path& root) {
  const auto total = entry(root / "proc/meminfo", "MemTotal:");
  const auto available = entry(root / "proc/meminfo", "MemAvailable:");
  if (!total || !available) return std::nullopt;
  MemoryRoom room{*total * 1024, *available * 1024};
  const fs::path tree = root / "sys/fs/cgroup";
  for (fs::path group = cgroup_of_process(root);; group = group.parent_path()) {
    narrow(room, tree / group);
    if (group.empty()) return room;
  }
}

}  // namespace hpct
