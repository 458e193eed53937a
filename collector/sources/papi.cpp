// SPDX-License-Identifier: Apache-2.0
// Hardware counters through PAPI's perf_event component.
#include <fmt/format.h>
#include <papi.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "collector/counter_source.h"

namespace hpct::sources {
namespace {

/// A counter of the report and the PAPI names that may deliver it, best first: the portable preset,
/// then the kernel's own generic event for CPUs whose presets this PAPI does not know.
struct HardwareEvent {
  const char* counter;
  const char* summary;
  std::array<const char*, 2> names;
};
constexpr std::array<HardwareEvent, 8> kEvents{{
    {"instructions", "instructions retired", {"PAPI_TOT_INS", "perf::INSTRUCTIONS"}},
    {"cycles", "core cycles, not halted", {"PAPI_TOT_CYC", "perf::CYCLES"}},
    {"cycles.reference", "cycles at the nominal clock", {"PAPI_REF_CYC", "perf::REF-CPU-CYCLES"}},
    {"branches", "branch instructions retired", {"PAPI_BR_INS", "perf::BRANCH-INSTRUCTIONS"}},
    {"branch.misses", "mispredicted branches", {"PAPI_BR_MSP", "perf::BRANCH-MISSES"}},
    {"l1d.misses", "level 1 data cache misses", {"PAPI_L1_DCM", "perf::L1-DCACHE-LOAD-MISSES"}},
    {"l2.misses", "level 2 cache misses", {"PAPI_L2_TCM", "PAPI_L2_DCM"}},
    {"l3.misses", "last-level cache misses", {"PAPI_L3_TCM", "perf::CACHE-MISSES"}},
}};

std::optional<int> read_paranoid() {
  std::ifstream file("/proc/sys/kernel/perf_event_paranoid");
  int level = 0;
  if (file >> level) return level;
  return std::nullopt;
}

/// Does the kernel itself show a CPU PMU? Its names differ by architecture and on hybrid parts.
bool kernel_has_cpu_pmu() {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/bus/event_source/devices", ignored)) {
    const auto name = entry.path().filename().string();
    if (name == "cpu" || name.starts_with("cpu_") || name.starts_with("arm")) return true;
  }
  return false;
}

Availability no_pmu(const std::string& papi_says) {
  return {false, MissingReason::no_pmu,
          "the kernel shows no CPU performance-monitoring unit" +
              (papi_says.empty() ? "" : " (PAPI: " + papi_says + ")"),
          "virtual machines often hide it: use bare metal, or ask for a guest with a virtual PMU"};
}

/// Why PAPI's perf_event component is off although the kernel has a PMU.
Availability disabled(const std::string& papi_says) {
  if (read_paranoid().value_or(0) > 2)
    return {false, MissingReason::permission,
            fmt::format("kernel.perf_event_paranoid is {}", *read_paranoid()),
            "as root: sysctl kernel.perf_event_paranoid=2 (or give the user CAP_PERFMON)"};
  return {false, MissingReason::pmu_unknown, "PAPI does not know this CPU's counters: " + papi_says,
          "a newer PAPI (libpfm4) may know it"};
}

Availability probe() {
  if (PAPI_library_init(PAPI_VER_CURRENT) != PAPI_VER_CURRENT)
    return {false, MissingReason::not_found, "PAPI could not be initialised", "reinstall libpapi"};
  const int component = PAPI_get_component_index("perf_event");
  const PAPI_component_info_t* info = component < 0 ? nullptr : PAPI_get_component_info(component);
  if (info == nullptr) return {false, MissingReason::not_built, "this PAPI has no perf_event component", ""};
  // PAPI goes by the CPU's name and may call itself enabled where the kernel has no PMU driver at all.
  if (!kernel_has_cpu_pmu()) return no_pmu(info->disabled_reason);
  if (info->disabled != 0) return disabled(info->disabled_reason);
  return {
      .usable = true, .detail = fmt::format("PAPI perf_event, {} counters", info->num_cntrs), .remedy = {}};
}

MissingReason reason_of(int papi_error) {
  switch (papi_error) {
    case PAPI_ECNFLCT:
      return MissingReason::conflict;
    case PAPI_EPERM:
      return MissingReason::permission;
    default:
      return MissingReason::event_unknown;
  }
}

/// One event set for the process; threads made after start() are counted through inheritance.
class PapiCounters final : public CounterSource {
 public:
  explicit PapiCounters(int event_set) : event_set_(event_set) {}
  ~PapiCounters() override {
    PAPI_cleanup_eventset(event_set_);
    PAPI_destroy_eventset(&event_set_);
  }
  PapiCounters(const PapiCounters&) = delete;
  PapiCounters& operator=(const PapiCounters&) = delete;

  /// Adds `event` under the first of its names that the hardware takes beside the others.
  void add(const HardwareEvent& event) {
    int first_error = PAPI_OK;
    for (const char* name : event.names) {
      const int error = PAPI_add_named_event(event_set_, name);
      if (error == PAPI_OK) {
        counting_.push_back({event.counter, name});
        return;
      }
      if (first_error == PAPI_OK || error == PAPI_ECNFLCT) first_error = error;
    }
    missing_.emplace_back(event.counter,
                          Value::missing("1", reason_of(first_error),
                                         fmt::format("{}: {}", event.names[0], PAPI_strerror(first_error))));
  }

  void start() noexcept override { state_ = PAPI_start(event_set_); }
  void stop() noexcept override {
    if (state_ == PAPI_OK) state_ = PAPI_stop(event_set_, counts_.data());
  }

  Readings read() override {
    auto readings = missing_;
    for (std::size_t i = 0; i < counting_.size(); ++i) readings.emplace_back(counting_[i].counter, value(i));
    return readings;
  }

 private:
  struct Counting {
    const char* counter;
    const char* papi_name;
  };

  [[nodiscard]] Value value(std::size_t i) const {
    if (state_ != PAPI_OK) return Value::missing("1", reason_of(state_), PAPI_strerror(state_));
    if (counts_[i] == 0 && must_move(counting_[i].counter))
      return Value::missing("1", MissingReason::counts_nothing,
                            fmt::format("{} was accepted and read 0", counting_[i].papi_name));
    return Value::of(static_cast<double>(counts_[i]), "1", Provenance::measured);
  }

  /// No program runs without these; a small kernel may well have no cache miss.
  static bool must_move(std::string_view counter) {
    return counter == "instructions" || counter.starts_with("cycles") || counter == "branches";
  }

  int event_set_;
  int state_ = PAPI_OK;
  std::vector<Counting> counting_;
  Readings missing_;
  std::array<long long, kEvents.size()> counts_{};
};

std::vector<CounterInfo> counters() {
  std::vector<CounterInfo> list;
  for (const auto& event : kEvents) list.push_back({event.counter, "1", event.summary});
  return list;
}

Expected<std::unique_ptr<CounterSource>> open() {
  int event_set = PAPI_NULL;
  PAPI_create_eventset(&event_set);
  PAPI_assign_eventset_component(event_set, PAPI_get_component_index("perf_event"));
  PAPI_option_t option{};
  option.inherit.eventset = event_set;
  option.inherit.inherit = PAPI_INHERIT_ALL;
  const int error = PAPI_set_opt(PAPI_INHERIT, &option);
  if (error != PAPI_OK)
    return fail(ErrorCode::not_supported, fmt::format("PAPI cannot count threads: {}", PAPI_strerror(error)));
  auto source = std::make_unique<PapiCounters>(event_set);
  for (const auto& event : kEvents) source->add(event);
  return source;
}

}  // namespace

extern const CounterSourceInfo papi;
const CounterSourceInfo papi{"papi", "hardware counters through PAPI", counters, probe, open};

}  // namespace hpct::sources
