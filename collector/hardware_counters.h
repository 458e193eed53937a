// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "collector/counting_plan.h"

namespace hpct {

/// The core's counters as a source: one group of events per pass, all of them opened before the
/// workload makes threads (which inherit them), one of them counting at a time.
class HardwareCounters final : public CounterSource {
 public:
  /// Opens the groups of `plan`; a pass whose group is refused leaves its metrics missing for that reason.
  HardwareCounters(EventBackend& backend, CountingPlan plan);

  void start() noexcept override;
  void stop() noexcept override;
  Readings read() override;
  [[nodiscard]] int passes() const override { return std::max(1, static_cast<int>(groups_.size())); }
  void choose_pass(int pass) override { pass_ = static_cast<std::size_t>(pass); }
  [[nodiscard]] bool uses_hardware() const override;

 private:
  /// The group of the chosen pass; null where it was refused, or nothing is counted at all.
  EventGroup* chosen() noexcept;

  using OpenedGroup = tl::expected<std::unique_ptr<EventGroup>, EventRefusal>;

  CountingPlan plan_;
  std::vector<OpenedGroup> groups_;
  std::size_t pass_ = 0;
};

/// The maps to look into on this CPU, best first: that of the core, PAPI's presets where `backend` knows
/// them, the kernel's generic events.
std::vector<const EventMap*> event_maps_for(const EventBackend& backend);

/// A plan that counts nothing, as the reason why: its first missing metric's. Usable otherwise.
Availability availability_of(const CountingPlan& plan);

}  // namespace hpct
