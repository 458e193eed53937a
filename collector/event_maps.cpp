// SPDX-License-Identifier: Apache-2.0
#include "collector/event_maps.h"

#include <fstream>

namespace hpct {
namespace {

/// What follows the colon of a /proc/cpuinfo line that starts with `key`.
bool read_field(const std::string& line, std::string_view key, std::string& value) {
  const auto colon = line.find(':');
  if (colon == std::string::npos || !line.starts_with(key)) return false;
  if (line.find_first_not_of(" \t", key.size()) != colon) return false;  // "model name" is not "model"
  const auto begin = line.find_first_not_of(" \t", colon + 1);
  value = begin == std::string::npos ? "" : line.substr(begin);
  return true;
}

int number_of(const std::string& text) { return static_cast<int>(std::strtol(text.c_str(), nullptr, 0)); }

std::vector<EventMap> parse_all() {
  std::vector<EventMap> maps;
  for (const auto& embedded : event_map_texts())
    if (auto map = parse_event_map(embedded.text, std::string(embedded.name)))
      maps.push_back(std::move(*map));
  return maps;
}

}  // namespace

CpuIdentity cpu_identity(const std::filesystem::path& root) {
  CpuIdentity cpu;
  std::ifstream file(root / "proc/cpuinfo");
  std::string value;
  for (std::string line; std::getline(file, line) && !line.empty();) {
    if (read_field(line, "vendor_id", value) || read_field(line, "CPU implementer", value))
      cpu.vendor = value;
    else if (read_field(line, "cpu family", value) || read_field(line, "CPU architecture", value))
      cpu.family = number_of(value);
    else if (read_field(line, "model", value) || read_field(line, "CPU part", value))
      cpu.model = number_of(value);
  }
  return cpu;
}

std::span<const EventMap> all_event_maps() {
  static const auto maps = parse_all();
  return maps;
}

const EventMap* find_event_map(const CpuIdentity& cpu) {
  for (const auto& map : all_event_maps())
    for (const auto& cpus : map.cpus)
      if (cpus.include(cpu.vendor, cpu.family, cpu.model)) return &map;
  return nullptr;
}

}  // namespace hpct
