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
  /// What the last start..stop saw. A counter that failed is in it as a missing value, and one that
  /// another pass counts is missing as not_scheduled.
  virtual Readings read() = 0;
  /// More counters than the hardware counts at once are spread over this many repetitions.
  [[nodiscard]] virtual int passes() const { return 1; }
  /// Which of them the next start..stop counts.
  virtual void choose_pass(int pass) { static_cast<void>(pass); }
  /// Does it occupy counters of the core?
  [[nodiscard]] virtual bool uses_hardware() const { return false; }
};

/// Which counters the user wants beside those that are always there.
struct CounterRequest {
  std::vector<std::string> names;  ///< exactly these, unless `automatic`
  bool automatic = true;           ///< whatever the sources offer
  bool multiplex = false;          ///< all in one pass, each counted part of the time
  bool simulated = false;          ///< and the instructions of one more repetition on a simulated CPU

  [[nodiscard]] bool wants(std::string_view counter) const;
};

/// The registry entry: one per source, listed in collector/CMakeLists.txt.
struct CounterSourceInfo {
  std::string_view name;
  std::string_view summary;
  std::vector<CounterInfo> (*counters)();
  Availability (*probe)();
  Expected<std::unique_ptr<CounterSource>> (*open)(const CounterRequest& request);
  /// Free of charge, so opened whatever was asked for; else only when one of its counters is wanted.
  bool always = true;
  /// The source whose counters it delivers, under the same names, where that one cannot. Never both.
  std::string_view stands_in_for = {};
};

std::span<const CounterSourceInfo* const> all_counter_sources();

/// Would `info` be opened for this request: it works here, and what it stands in for does not.
Availability delivers(const CounterSourceInfo& info, const CounterRequest& request);

/// All counters of `info` as missing values for one reason.
Readings missing_readings(const CounterSourceInfo& info, const Availability& why);

}  // namespace hpct
