// SPDX-License-Identifier: Apache-2.0
// The core's counters through PAPI's perf_event component.
#include <fmt/format.h>
#include <papi.h>

#include <vector>

#include "collector/hardware_counters.h"
#include "collector/kernel_pmu.h"
#include "collector/papi_backend.h"
#include "collector/papi_library.h"

namespace hpct::sources {
namespace {

EventRefusal refused(MissingReason reason, const std::string& what, int error) {
  return {reason, fmt::format("PAPI refuses {}: {} ({})", what, PAPI_strerror(error), error)};
}

/// An event set of the main thread whose events are inherited, for the whole process.
///
/// The kernel copies inherited events to every thread and child process made after the events were
/// opened, which PAPI does in PAPI_add; PAPI_start and PAPI_stop then switch all copies. So threads made
/// between add and start count too, and threads made before add never do: hence sets opened before
/// the workload exists, and kept for all repetitions.
///
/// PAPI_start resets the copies that live, but not what ended threads left in the parent's event. A
/// workload with new threads in every repetition would count those of all earlier ones again; hence the
/// reading right after the start, which is taken off at the end.
class PapiGroup final : public EventGroup {
 public:
  PapiGroup() = default;
  ~PapiGroup() override {
    PAPI_stop(event_set_, counts_.data());  // a set that still counts cannot be taken down
    PAPI_cleanup_eventset(event_set_);
    PAPI_destroy_eventset(&event_set_);
  }
  PapiGroup(const PapiGroup&) = delete;
  PapiGroup& operator=(const PapiGroup&) = delete;

  /// An empty set whose events new threads will inherit. PAPI's error, or PAPI_OK.
  int prepare() {
    int error = PAPI_create_eventset(&event_set_);
    if (error == PAPI_OK)
      error = PAPI_assign_eventset_component(event_set_, PAPI_get_component_index("perf_event"));
    PAPI_option_t option{};
    option.inherit.eventset = event_set_;
    option.inherit.inherit = PAPI_INHERIT_ALL;
    return error == PAPI_OK ? PAPI_set_opt(PAPI_INHERIT, &option) : error;
  }

  /// By its name, or by its code where libpfm4 does not know the name.
  int add(const NativeEvent& event) {
    int error = event.raw_only ? PAPI_ENOEVNT : PAPI_add_named_event(event_set_, event.name.c_str());
    if (error != PAPI_OK && event.code())
      error = PAPI_add_named_event(event_set_, fmt::format("perf_raw::r{:x}", *event.code()).c_str());
    if (error != PAPI_OK) return error;
    counts_.push_back(0);
    before_.push_back(0);
    return PAPI_OK;
  }

  void start() noexcept override {
    state_ = PAPI_start(event_set_);
    if (state_ == PAPI_OK) state_ = PAPI_read(event_set_, before_.data());
  }
  void stop() noexcept override {
    if (state_ == PAPI_OK) state_ = PAPI_stop(event_set_, counts_.data());
  }

  tl::expected<std::vector<EventCount>, EventRefusal> read() override {
    if (state_ != PAPI_OK) return tl::unexpected(refused(MissingReason::conflict, "to count", state_));
    std::vector<EventCount> readings;
    for (std::size_t i = 0; i < counts_.size(); ++i)
      readings.push_back({.count = counts_[i] - before_[i], .enabled_ns = 0, .running_ns = 0});
    return readings;
  }

 private:
  int event_set_ = PAPI_NULL;
  int state_ = PAPI_OK;
  std::vector<long long> before_;
  std::vector<long long> counts_;
};

/// PAPI's error codes do not tell one reason from another (the same unknown name gives several, by the
/// library's state), so only success and failure are looked at.
class PapiEvents final : public EventBackend {
 public:
  [[nodiscard]] std::string name() const override { return "papi"; }

  tl::expected<std::unique_ptr<EventGroup>, EventRefusal> open(const std::vector<NativeEvent>& events,
                                                               Sharing sharing) override {
    if (sharing == Sharing::in_turns)  // it would scale the counts and not say by how much
      return tl::unexpected(EventRefusal{MissingReason::conflict, "PAPI does not tell the running share"});
    auto group = std::make_unique<PapiGroup>();
    if (const int error = group->prepare(); error != PAPI_OK)
      return tl::unexpected(refused(MissingReason::conflict, "an event set", error));
    for (std::size_t i = 0; i < events.size(); ++i)
      if (const int error = group->add(events[i]); error != PAPI_OK)
        return tl::unexpected(
            refused(i > 0 ? MissingReason::conflict : MissingReason::event_unknown, events[i].name, error));
    return group;
  }
};

CountingPlan plan_for(const CounterRequest& request) {
  PapiEvents events;
  return plan_counting(events, event_maps_for(events), request);
}

const CountingPlan& full_plan() {
  static const auto plan = plan_for({});
  return plan;
}

/// Why PAPI counts nothing: what the kernel shows, and only then PAPI's own word.
Availability explain(const std::string& papi_says) {
  if (auto refusal = kernel_refusal()) {
    refusal->detail += " (" + papi_says + ")";
    return *refusal;
  }
  if (perf_event_paranoid().value_or(0) == 3)  // this PAPI goes by the number, and refuses even root
    return {false, MissingReason::permission, papi_says,
            "sysctl kernel.perf_event_paranoid=2, or PAPI 7.2 and later; perf_event stands in for it"};
  return {false, MissingReason::pmu_unknown, "PAPI does not count on this CPU: " + papi_says,
          "a newer PAPI (libpfm4) may; perf_event stands in for it"};
}

/// PAPI may call its component enabled where not one event can be opened, so only counting proves it.
Availability try_out() {
  if (!start_papi().usable) return start_papi();
  const auto component = papi_component("perf_event");
  if (!component.usable)
    return component.reason == MissingReason::not_found ? explain(component.detail) : component;
  auto found = availability_of(full_plan());
  return found.usable ? found : explain(found.detail);
}

/// Tried once: neither the machine nor its settings change while we run.
Availability probe() {
  static const auto availability = try_out();
  return availability;
}

Expected<std::unique_ptr<CounterSource>> open(const CounterRequest& request) {
  PapiEvents events;
  return std::make_unique<HardwareCounters>(events, request.automatic ? full_plan() : plan_for(request));
}

}  // namespace

extern const CounterSourceInfo papi;
const CounterSourceInfo papi{"papi", "the core's own counters through PAPI", hardware_counters, probe, open,
                             false};

}  // namespace hpct::sources

namespace hpct {

std::unique_ptr<EventBackend> papi_backend() {
  start_papi();
  return std::make_unique<sources::PapiEvents>();
}

}  // namespace hpct
