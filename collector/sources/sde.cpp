// SPDX-License-Identifier: Apache-2.0
// The workload's own counts as PAPI software-defined events: any PAPI tool can read them, and we
// read them back through PAPI, the same way.
#include <papi.h>

#include <array>
#include <string>

#include "collector/papi_library.h"
#include "collector/work_counters.h"

namespace hpct::sources {
namespace {

struct SdeEvent {
  const char* counter;
  const char* sde_name;
  const char* unit;
  const char* summary;
  WorkCounter WorkCounters::*source;
};
constexpr std::array<SdeEvent, 4> kEvents{{
    {"sde.items", "items", "1", "items the workload finished", &WorkCounters::items},
    {"sde.flops", "flops", "flop", "floating-point operations declared", &WorkCounters::flops},
    {"sde.bytes_read", "bytes_read", "B", "bytes read as declared", &WorkCounters::bytes_read},
    {"sde.bytes_written", "bytes_written", "B", "bytes written as declared", &WorkCounters::bytes_written},
}};

Availability probe() { return papi_component("sde"); }

class SdeCounters final : public CounterSource {
 public:
  explicit SdeCounters(int event_set) : event_set_(event_set) {}
  ~SdeCounters() override {
    std::array<long long, kEvents.size()> ignored{};
    PAPI_stop(event_set_, ignored.data());  // a set that still counts cannot be taken down
    PAPI_cleanup_eventset(event_set_);
    PAPI_destroy_eventset(&event_set_);
  }
  SdeCounters(const SdeCounters&) = delete;
  SdeCounters& operator=(const SdeCounters&) = delete;

  void start() noexcept override { state_ = PAPI_start(event_set_); }
  void stop() noexcept override {}  // the work is published after the run, so read() stops the set

  Readings read() override {
    std::array<long long, kEvents.size()> counts{};
    if (state_ == PAPI_OK) state_ = PAPI_stop(event_set_, counts.data());
    Readings readings;
    for (std::size_t i = 0; i < kEvents.size(); ++i)
      readings.emplace_back(kEvents[i].counter, value(kEvents[i], counts[i]));
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

std::vector<CounterInfo> counters() {
  std::vector<CounterInfo> list;
  for (const auto& event : kEvents) list.push_back({event.counter, event.unit, event.summary});
  return list;
}

Expected<std::unique_ptr<CounterSource>> open(const CounterRequest&) {
  int event_set = PAPI_NULL;
  if (const int error = PAPI_create_eventset(&event_set); error != PAPI_OK)
    return fail(ErrorCode::not_supported, std::string("PAPI event set: ") + PAPI_strerror(error));
  auto source = std::make_unique<SdeCounters>(event_set);
  for (const auto& event : kEvents) {
    const auto name = std::string("sde:::hpct::") + event.sde_name;
    const int error = PAPI_add_named_event(event_set, name.c_str());
    if (error != PAPI_OK) return fail(ErrorCode::not_supported, name + ": " + PAPI_strerror(error));
  }
  return source;
}

}  // namespace

extern const CounterSourceInfo sde;
const CounterSourceInfo sde{"sde", "the workload's own counts, through PAPI software-defined events",
                            counters, probe, open};

}  // namespace hpct::sources
