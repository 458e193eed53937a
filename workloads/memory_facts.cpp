// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory_facts.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace hpct {
namespace {

/// The first word of a file, empty when there is none.
std::string first_word(const std::filesystem::path& file) {
  std::string word;
  std::ifstream(file) >> word;
  return word;
}

/// A plain number ("2147483648"), or the K and M that sysfs writes ("48K"). "max" and "" are none.
std::optional<std::int64_t> parse_bytes(const std::string& word) {
  std::size_t end = 0;
  while (end < word.size() && word[end] >= '0' && word[end] <= '9') ++end;
  if (end == 0 || end > 18) return std::nullopt;
  const std::int64_t number = std::stoll(word.substr(0, end));
  const auto suffix = word.substr(end);
  if (suffix == "K") return number << 10;
  if (suffix == "M") return number << 20;
  return suffix.empty() ? std::optional(number) : std::nullopt;
}

void read_caches(const std::filesystem::path& folder, MemoryFacts& facts) {
  for (int index = 0; index < 8; ++index) {
    const auto cache = folder / ("index" + std::to_string(index));
    if (first_word(cache / "type") == "Instruction") continue;
    const auto level = first_word(cache / "level");
    const auto bytes = parse_bytes(first_word(cache / "size"));
    if (level == "1") facts.l1 = bytes;
    if (level == "2") facts.l2 = bytes;
    if (level == "3") facts.l3 = bytes;
  }
}

std::optional<std::int64_t> available_by_kernel(const std::filesystem::path& meminfo) {
  std::ifstream in(meminfo);
  for (std::string key, number, unit; in >> key >> number; std::getline(in, unit))
    if (key == "MemAvailable:")
      if (const auto kib = parse_bytes(number)) return *kib << 10;
  return std::nullopt;
}

/// Only the limit that a container sees as its own root: enough to not be killed by it.
std::optional<std::int64_t> available_by_cgroup(const std::filesystem::path& folder) {
  const auto limit = parse_bytes(first_word(folder / "memory.max"));
  if (!limit) return std::nullopt;
  return std::max<std::int64_t>(0, *limit - parse_bytes(first_word(folder / "memory.current")).value_or(0));
}

}  // namespace

MemoryFacts read_memory_facts(const std::filesystem::path& root) {
  MemoryFacts facts;
  read_caches(root / "sys/devices/system/cpu/cpu0/cache", facts);
  facts.available = available_by_kernel(root / "proc/meminfo");
  if (const auto limit = available_by_cgroup(root / "sys/fs/cgroup"))
    facts.available = facts.available ? std::min(*facts.available, *limit) : *limit;
  return facts;
}

}  // namespace hpct
