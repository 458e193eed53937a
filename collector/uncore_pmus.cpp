// SPDX-License-Identifier: Apache-2.0
#include "collector/uncore_pmus.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace hpct {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::optional<std::uint64_t> number_in(const std::string& text) {
  char* end = nullptr;
  const auto number = std::strtoull(text.c_str(), &end, 0);
  if (text.empty() || *end != '\0') return std::nullopt;
  return number;
}

std::vector<std::string> split(std::string_view list, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < list.size();) {
    const auto end = std::min(list.find(separator, begin), list.size());
    parts.emplace_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// "0,32" or "0-3"
std::vector<int> cpus_in(const std::string& list) {
  std::vector<int> cpus;
  for (const auto& range : split(list, ',')) {
    const int low = std::atoi(range.c_str());
    const auto dash = range.find('-');
    const int high = dash == std::string::npos ? low : std::atoi(range.c_str() + dash + 1);
    for (int cpu = low; cpu <= high; ++cpu) cpus.push_back(cpu);
  }
  return cpus;
}

/// Puts the bits of `value` where a format such as "config:0-7,32-35" wants them.
std::optional<std::uint64_t> placed(std::uint64_t value, const std::string& format) {
  constexpr std::string_view kPrefix = "config:";
  if (!format.starts_with(kPrefix)) return std::nullopt;
  std::uint64_t config = 0;
  for (const int bit : cpus_in(format.substr(kPrefix.size()))) {
    config |= (value & 1) << bit;
    value >>= 1;
  }
  return value == 0 ? std::optional(config) : std::nullopt;
}

}  // namespace

std::vector<UncorePmu> uncore_pmus(std::string_view pattern, const fs::path& root) {
  const auto stem = pattern.substr(0, pattern.find('*'));
  std::vector<UncorePmu> pmus;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(root / "sys/bus/event_source/devices", ignored)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(stem) || name.find("free_running") != std::string::npos) continue;
    const auto type = number_in(first_line(entry.path() / "type"));
    if (!type) continue;
    pmus.push_back({name, static_cast<std::uint32_t>(*type), cpus_in(first_line(entry.path() / "cpumask")),
                    entry.path() / "format"});
  }
  std::sort(pmus.begin(), pmus.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return pmus;
}

std::optional<std::uint64_t> uncore_config(const UncorePmu& pmu, std::string_view terms) {
  std::uint64_t config = 0;
  for (const auto& term : split(terms, ',')) {
    const auto equals = term.find('=');
    const auto value = equals == std::string::npos ? std::nullopt : number_in(term.substr(equals + 1));
    const auto bits = value ? placed(*value, first_line(pmu.formats / term.substr(0, equals))) : std::nullopt;
    if (!bits) return std::nullopt;
    config |= *bits;
  }
  return config;
}

}  // namespace hpct
