// SPDX-License-Identifier: Apache-2.0
// The workload's own counts as PAPI software-defined events: any PAPI tool can read them, and we
// read them back through PAPI, the same way.
#include <papi.h>
#include <sde_lib.h>

#include <array>
#include <string>

#include "collector/counter_source.h"
#include "collector/work_counters.h"

namespace hpct::sources {
namespace {

struct SdeEvent {
  const char* counter;
  const char* sde_name;
  const char* summary;
  long long WorkCounters::*count;
};
constexpr std::array<SdeEvent, 4> kEvents{{
    {"sde.items", "items", "items the workload finished", &WorkCounters::items},
    {"sde.flops", "flops", "floating-point operations declared", &WorkCounters::flops},
    {"sde.bytes_read", "bytes_read", "bytes read as declared", &WorkCounters::bytes_read},
    {"sde.bytes_written", "bytes_written", "bytes written as declared", &WorkCounters::bytes_written},
}};

/// Must run before PAPI_library_init(): PAPI looks for libsde's counters then.
void register_counters() {
  static const bool once = [] {
    auto* const handle = papi_sde_init("hpct");
    for (const auto& event : kEvents)
      papi_sde_register_counter(handle, event.sde_name, PAPI_SDE_RO | PAPI_SDE_DELTA, PAPI_SDE_long_long,
                                &(work_counters().*event.count));
    return true;
  }();
  static_cast<void>(once);
}

Availability probe() {
  register_counters();
  if (PAPI_library_init(PAPI_VER_CURRENT) != PAPI_VER_CURRENT)
    return {false, MissingReason::not_found, "PAPI could not be initialised", "reinstall libpapi"};
  const int component = PAPI_get_component_index("sde");
  const PAPI_component_info_t* info = component < 0 ? nullptr : PAPI_get_component_info(component);
  if (info == nullptr) return {false, MissingReason::not_built, "this PAPI has no sde component", ""};
  if (info->disabled != 0) return {false, MissingReason::not_found, info->disabled_reason, ""};
  return {.usable = true, .detail = "PAPI software-defined events sde:::hpct::*", .remedy = {}};
}

class SdeCounters final : public CounterSource {
 public:
  explicit SdeCounters(int event_set) : event_set_(event_set) {}
  ~SdeCounters() override {
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
      readings.emplace_back(kEvents[i].counter,
                            state_ == PAPI_OK
                                ? Value::of(static_cast<double>(counts[i]), "1", Provenance::counted)
                                : Value::missing("1", MissingReason::not_found, PAPI_strerror(state_)));
    return readings;
  }

 private:
  int event_set_;
  int state_ = PAPI_OK;
};

std::vector<CounterInfo> counters() {
  std::vector<CounterInfo> list;
  for (const auto& event : kEvents) list.push_back({event.counter, "1", event.summary});
  return list;
}

Expected<std::unique_ptr<CounterSource>> open() {
  int event_set = PAPI_NULL;
  PAPI_create_eventset(&event_set);
  for (const auto& event : kEvents) {
    const auto name = std::string("sde:::hpct::") + event.sde_name;
    const int error = PAPI_add_named_event(event_set, name.c_str());
    if (error != PAPI_OK) return fail(ErrorCode::not_supported, name + ": " + PAPI_strerror(error));
  }
  return std::make_unique<SdeCounters>(event_set);
}

}  // namespace

extern const CounterSourceInfo sde;
const CounterSourceInfo sde{"sde", "the workload's own counts, through PAPI software-defined events",
                            counters, probe, open};

}  // namespace hpct::sources
