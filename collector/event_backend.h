// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <hpct/value.h>

#include "reports/event_map.h"

namespace hpct {

/// Why an event, or a group of them, is not counted.
struct EventRefusal {
  MissingReason reason = MissingReason::event_unknown;
  std::string detail;
};

/// What one event of a group counted between start() and stop().
struct EventCount {
  std::int64_t count = 0;
  std::uint64_t enabled_ns = 0;  ///< 0: the backend does not tell
  std::uint64_t running_ns = 0;  ///< of it, on the hardware
};

/// Events that are counted together. start() and stop() frame the measured code: they allocate nothing,
/// and what goes wrong in them is told by read().
class EventGroup {
 public:
  virtual ~EventGroup() = default;
  virtual void start() noexcept = 0;
  virtual void stop() noexcept = 0;
  /// One count per event, in the order of opening.
  virtual tl::expected<std::vector<EventCount>, EventRefusal> read() = 0;
};

enum class Sharing {
  together,  ///< all events on the hardware at the same time, or a refusal
  in_turns,  ///< each for itself: the kernel lets them take turns when there are too many
};

/// One way to the hardware's counters. What it opens counts this process and everything it starts
/// later, in user mode, and is not yet counting.
class EventBackend {
 public:
  virtual ~EventBackend() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  virtual tl::expected<std::unique_ptr<EventGroup>, EventRefusal> open(const std::vector<NativeEvent>& events,
                                                                       Sharing sharing) = 0;
};

}  // namespace hpct
