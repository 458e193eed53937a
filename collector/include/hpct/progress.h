// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace hpct {

/// Where long work reports how far it is. The library never draws; the program does.
class Progress {
 public:
  virtual ~Progress() = default;
  /// `done` of `total` in any one unit; `what` is a short noun phrase ("generating rows").
  virtual void update(std::string_view what, double done, double total) = 0;
};

/// For tests and for callers that do not care.
class NoProgress final : public Progress {
 public:
  void update(std::string_view, double, double) override {}
};

/// Set from a signal handler; long loops ask `interrupt_requested()` and stop cleanly
/// with ErrorCode::interrupted.
void request_interrupt() noexcept;
bool interrupt_requested() noexcept;

}  // namespace hpct
