// SPDX-License-Identifier: Apache-2.0
#include "collector/hardware_counters.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/event_maps.h"

namespace hpct {
HardwareCounters::HardwareCounters(EventBackend& backend, CountingPlan plan) : plan_(std::move(plan)) {
  for (const auto& events : plan_.passes) groups_.push_back(backend.open(events, plan_.sharing));
}

void HardwareCounters::start() noexcept {
  if (auto* group = chosen()) group->start();
}

void HardwareCounters::stop() noexcept {
  if (auto* group = chosen()) group->stop();
}

bool HardwareCounters::uses_hardware() const {
  return std::any_of(groups_.begin(), groups_.end(), [](const auto& group) { return group.has_value(); });
}

Readings HardwareCounters::read() {
  if (auto* group = chosen()) return evaluate(plan_, pass_, group->read());
  return evaluate(plan_, pass_,
                  tl::unexpected(pass_ < groups_.size() ? groups_[pass_].error() : EventRefusal{}));
}

EventGroup* HardwareCounters::chosen() noexcept {
  return pass_ < groups_.size() && groups_[pass_] ? groups_[pass_]->get() : nullptr;
}

std::vector<const EventMap*> event_maps_for(const EventBackend& backend) {
  std::vector<const EventMap*> maps;
  if (const auto* core = find_event_map(cpu_identity())) maps.push_back(core);
  for (const auto& map : all_event_maps())
    if (map.cpus.empty() && (map.core != "presets" || backend.name() == "papi")) maps.push_back(&map);
  return maps;
}

Availability availability_of(const CountingPlan& plan) {
  if (plan.metrics.empty()) {
    if (plan.missing.empty()) return {false, MissingReason::event_unknown, "no event is known", ""};
    const auto& first = plan.missing.front().second;
    return {false, first.reason, first.detail, ""};
  }
  const auto& passes = plan.passes;
  return {.usable = true,
          .detail = fmt::format("{} counters by {}, in {} pass{}", plan.metrics.size(),
                                plan.metrics.front().origin, passes.size(), passes.size() == 1 ? "" : "es"),
          .remedy = {}};
}

}  // namespace hpct
