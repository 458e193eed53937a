// SPDX-License-Identifier: Apache-2.0
#include "collector/system_load.h"

#include <unistd.h>

#include <array>
#include <fstream>
#include <string>

namespace hpct {
namespace {

std::optional<std::int64_t> number_in(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::int64_t number = 0;
  return in >> number ? std::optional(number) : std::nullopt;
}

/// The first line of /proc/stat: "cpu user nice system idle iowait irq softirq steal guest ..". Guest time is
/// in user time already.
void read_times(const std::filesystem::path& file, SystemLoad& load) {
  constexpr std::size_t kIdle = 3;
  constexpr std::size_t kWaiting = 4;
  constexpr std::size_t kSteal = 7;
  std::ifstream in(file);
  std::string label;
  std::array<std::int64_t, 8> ticks{};
  in >> label;
  for (auto& tick : ticks) in >> tick;
  if (!in || label != "cpu") return;
  const auto tick_ns = 1'000'000'000 / std::max(1L, ::sysconf(_SC_CLK_TCK));
  std::int64_t busy = 0;
  for (std::size_t i = 0; i < kSteal; ++i)
    if (i != kIdle && i != kWaiting) busy += ticks.at(i);
  load.busy_ns = busy * tick_ns;
  load.stolen_ns = ticks[kSteal] * tick_ns;
}

}  // namespace

SystemLoad read_system_load(const std::filesystem::path& root) {
  SystemLoad load;
  read_times(root / "proc/stat", load);
  const auto throttle = root / "sys/devices/system/cpu/cpu0/thermal_throttle";
  load.throttled = number_in(throttle / "package_throttle_count");
  if (const auto core = number_in(throttle / "core_throttle_count"))
    load.throttled = load.throttled.value_or(0) + *core;
  return load;
}

}  // namespace hpct
