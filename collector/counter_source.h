// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/value.h>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hpct {

/// A quantity a source can deliver, under the name it has in the report ("instructions").
struct CounterInfo {
  std::string name;
  std::string unit;
  std::string summary;
};

/// Can a source be used here, and if not, why and what to do about it.
struct Availability {
  bool usable = false;
  MissingReason reason = MissingReason::not_found;
  std::string detail;  ///< one sentence: what was found
  std::string remedy;  ///< one sentence: what would help; empty when nothing would
};

using Readings = std::vector<std::pair<std::string, Value>>;

/// Counts something between start() and stop(), for the whole process: threads that exist
/// already and threads that start meanwhile. Opened before the workload creates its threads.
/// start() and stop() frame the measured call, so they allocate nothing.
class CounterSource {
 public:
  virtual ~CounterSource() = default;
  virtual void start() noexcept = 0;
  virtual void stop() noexcept = 0;
  /// What the last start..stop saw. A counter that failed is in it as a missing value.
  virtual Readings read() = 0;
};

/// The registry entry: one per source, listed in collector/CMakeLists.txt.
struct CounterSourceInfo {
  std::string_view name;
  std::string_view summary;
  std::vector<CounterInfo> (*counters)();
  Availability (*probe)();
  Expected<std::unique_ptr<CounterSource>> (*open)();
};

std::span<const CounterSourceInfo* const> all_counter_sources();

/// All counters of `info` as missing values for one reason.
Readings missing_readings(const CounterSourceInfo& info, const Availability& why);

}  // namespace hpct
