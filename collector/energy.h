// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collector/counter_source.h"

namespace hpct {

/// A number that the system counts up with the energy of one package. Kept open: it is read in the middle of
/// a measurement.
class EnergyMeter {
 public:
  enum class Kind { text, event };  ///< a file of digits, or a perf event

  /// `wrap`: the reading at which it starts again from 0; 0: never seen to.
  EnergyMeter(int descriptor, Kind kind, double joules_per_unit, std::uint64_t wrap)
      : descriptor_(descriptor), kind_(kind), joules_per_unit_(joules_per_unit), wrap_(wrap) {}
  ~EnergyMeter();
  EnergyMeter(EnergyMeter&& other) noexcept;
  EnergyMeter& operator=(EnergyMeter&&) = delete;
  EnergyMeter(const EnergyMeter&) = delete;
  EnergyMeter& operator=(const EnergyMeter&) = delete;

  /// In its own unit; empty when the system no longer answers. No allocation.
  [[nodiscard]] std::optional<std::uint64_t> read() const noexcept;
  [[nodiscard]] double joules_between(std::uint64_t before, std::uint64_t after) const noexcept;

 private:
  int descriptor_;
  Kind kind_;
  double joules_per_unit_;
  std::uint64_t wrap_;
};

/// The meters of all packages of one kind, or why there are none.
struct EnergyMeters {
  std::vector<EnergyMeter> meters;
  Availability found;
};

/// Looks for powercap's RAPL zones, then the perf event power/energy-pkg/, then hwmon's energy counters.
/// `root` replaces "/" in tests.
EnergyMeters find_energy_meters(const std::filesystem::path& root = "/");

/// Does a meter that showed `joules` while a core worked for `seconds` show energy? One that stands still,
/// or shows more than 2 kW, is a phantom.
Availability judge_energy(double joules, double seconds, const std::string& detail);

/// Adds up `meters` between start() and stop().
std::unique_ptr<CounterSource> make_energy_source(EnergyMeters meters);

/// The meters, tried on a load of 20 ms. The meters are still in it when they are phantoms.
EnergyMeters probe_energy(const std::filesystem::path& root = "/");

}  // namespace hpct
