// SPDX-License-Identifier: Apache-2.0
#include "workloads/cache_sizes.h"

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

/// A plain number, or the K and M that sysfs writes ("48K"). "" is none.
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

void read_caches(const std::filesystem::path& folder, CacheSizes& sizes) {
  for (int index = 0; index < 8; ++index) {
    const auto cache = folder / ("index" + std::to_string(index));
    if (first_word(cache / "type") == "Instruction") continue;
    const auto level = first_word(cache / "level");
    const auto bytes = parse_bytes(first_word(cache / "size"));
    if (level == "1") sizes.l1 = bytes;
    if (level == "2") sizes.l2 = bytes;
    if (level == "3") sizes.l3 = bytes;
  }
}

}  // namespace

CacheSizes read_cache_sizes(const std::filesystem::path& root) {
  CacheSizes sizes;
  read_caches(root / "sys/devices/system/cpu/cpu0/cache", sizes);
  return sizes;
}

}  // namespace hpct
