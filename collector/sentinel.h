// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "collector/system_load.h"
#include "collector/word_buffer.h"

namespace hpct {

/// The state of the machine at one moment. What was not looked at is empty.
struct Glance {
  std::optional<double> clock_hz;     ///< estimate_clock()
  std::optional<double> memory_rate;  ///< B/s that one thread loads from outside its caches
  SystemLoad load;
};

/// How long a glance may look at each thing, s; 0: not at all.
struct GlancePlan {
  double clock = 0;
  double memory = 0;
  bool load = false;
};

/// A glance before and one after a call of about `seconds` take less than a tenth of it together (and while
/// the clock recovers from waiting for memory, up to 12 ms more); beside a call of under 2 ms there is no
/// time for any.
GlancePlan glance_plan(double seconds);

/// Looks at the machine before and after a measured call. Nothing that the guest's own kernel counts shows
/// a slower clock or a neighbour on the memory bus: only work of known size does.
class Sentinel {
 public:
  Glance look_before(const GlancePlan& plan);
  Glance look_after(const GlancePlan& plan);

  /// Memory this object holds in the process, bytes: not the measured program's.
  [[nodiscard]] std::int64_t resident_bytes() const;

 private:
  [[nodiscard]] bool have_memory();
  std::optional<double> memory_rate(double seconds);
  double recovered_clock(double seconds);

  WordBuffer buffer_;
  bool refused_ = false;      ///< there is no room for the buffer
  double fastest_clock_ = 0;  ///< seen so far, Hz; 0: none yet
  std::size_t cursor_ = 0;
};

}  // namespace hpct
