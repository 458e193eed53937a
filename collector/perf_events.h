// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "collector/event_backend.h"

namespace hpct {

/// The kernel's perf_event_open without a library in between: counts where PAPI or libpfm4 does not know the
/// CPU, tells for how long each event was on the hardware, and can look at another process.
/// Knows an event by its raw code, or by the names of the kernel's generic events ("perf::INSTRUCTIONS").
class PerfEvents final : public EventBackend {
 public:
  PerfEvents() = default;  ///< this process
  /// The process `child`, which has not yet called exec: events start by themselves when it does, and
  /// count it and everything it starts; the groups' start() and stop() do nothing.
  explicit PerfEvents(pid_t child) : child_(child) {}

  [[nodiscard]] std::string name() const override { return "perf_event"; }
  tl::expected<std::unique_ptr<EventGroup>, EventRefusal> open(const std::vector<NativeEvent>& events,
                                                               Sharing sharing) override;

 private:
  pid_t child_ = 0;
};

}  // namespace hpct
