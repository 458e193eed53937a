// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <memory>

#include "collector/counting_plan.h"

namespace hpct {

/// The core's counters of the user's program: opened on it before it calls exec, counting from then on, in it
/// and everything it starts; nothing of ours is in the numbers. Straight from the kernel, whether PAPI
/// works or not, because PAPI cannot wait for an exec. Lives for all executions, which take the passes in
/// turn.
class ProgramCounters {
 public:
  explicit ProgramCounters(const CounterRequest& request);

  [[nodiscard]] int passes() const;
  [[nodiscard]] bool uses_hardware() const { return !plan_.passes.empty(); }
  /// `child` is forked and has not yet called exec.
  void attach(pid_t child, int pass);
  /// The program has ended.
  Readings read();

 private:
  CountingPlan plan_;
  std::size_t pass_ = 0;
  tl::expected<std::unique_ptr<EventGroup>, EventRefusal> group_;
};

/// The request for the sources beside the program: what only the hardware counts is left to ProgramCounters.
CounterRequest without_hardware(const CounterRequest& request);

}  // namespace hpct
