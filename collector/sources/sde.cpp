// SPDX-License-Identifier: Apache-2.0
// The workload's own counts as PAPI software-defined events: any PAPI tool can read them, and we
// read them back through PAPI, the same way.
#include <papi.h>

#include <array>
#include <string>

#include "collector/papi_library.h"
#include "collector/sources/sde_events.h"

namespace hpct::sources {
namespace {

Availability probe() { return papi_component("sde"); }

class SdeCounters final : public CounterSource {
 public:
  explicit SdeCounters(int event_set) : event_set_(event_set) {}
  ~SdeCounters() override {
    std::array<long long, kSdeEvents.size()> ignored{};
    PAPI_stop(event_set_, ignored.data());  // a set that still counts cannot be taken down
    PAPI_cleanup_eventset(event_set_);
    PAPI_destroy_eventset(&event_set_);
  }
  SdeCounters(const SdeCounters&) = delete;
  SdeCounters& operator=(const SdeCounters&) = delete;

  void start() noexcept override { state_ = PAPI_start(event_set_); }
  void stop() noexcept override {}  // the work is published after the run, so read() stops the set

  Readings read() override {
    std::array<long long, kSdeEvents.size()> counts{};
    if (state_ == PAPI_OK) state_ = PAPI_stop(event_set_, counts.data());
    Readings readings;
    for (std::size_t i = 0; i < kSdeEvents.size(); ++i)
      readings.emplace_back(kSdeEvents[i].counter, value(kSdeEvents[i], counts[i]));
    return readings;
  }

 private:
  /// A total is as good as what was added to it: a formula's result stays modelled on its way through PAPI.
  [[nodiscard]] Value value(const SdeEvent& event, long long count) const {
    if (state_ != PAPI_OK) return Value::missing(event.unit, MissingReason::not_found, PAPI_strerror(state_));
    const auto provenance = (work_counters().*event.source).provenance;
    if (!provenance)
      return Value::missing(event.unit, MissingReason::not_declared, "the workload does not declare it");
    return Value::of(static_cast<double>(count), event.unit, *provenance);
  }

  int event_set_;
  int state_ = PAPI_OK;
};

Expected<std::unique_ptr<CounterSource>> open(const CounterRequest&) {
  int event_set = PAPI_NULL;
  if (const int error = PAPI_create_eventset(&event_set); error != PAPI_OK)
    return fail(ErrorCode::not_supported, std::string("PAPI event set: ") + PAPI_strerror(error));
  auto source = std::make_unique<SdeCounters>(event_set);
  for (const auto& event : kSdeEvents) {
    const auto name = std::string("sde:::hpct::") + event.sde_name;
    const int error = PAPI_add_named_event(event_set, name.c_str());
    if (error != PAPI_OK) return fail(ErrorCode::not_supported, name + ": " + PAPI_strerror(error));
  }
  return source;
}

}  // namespace

extern const CounterSourceInfo sde;
const CounterSourceInfo sde{"sde", "the workload's own counts, through PAPI software-defined events",
                            sde_counters, probe, open};

}  // namespace hpct::sources
