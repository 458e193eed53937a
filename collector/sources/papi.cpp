// SPDX-License-Identifier: Apache-2.0
// Hardware counters through PAPI's perf_event component.
#include <fmt/format.h>
#include <papi.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "collector/papi_library.h"

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

/// Does the kernel itself show a CPU PMU? Its names differ by architecture and on hybrid parts; names like
/// arm_cmn or uncore_imc are not the CPU's.
bool kernel_has_cpu_pmu() {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/bus/event_source/devices", ignored)) {
    const auto name = entry.path().filename().string();
    if (name == "cpu" || name.starts_with("cpu_") || name.starts_with("armv") || name.starts_with("apple_"))
      return true;
  }
  return false;
}

/// Why PAPI counts nothing, told apart by what the kernel shows.
Availability explain(const std::string& papi_says) {
  if (!kernel_has_cpu_pmu())
    return {false, MissingReason::no_pmu,
            "the kernel shows no CPU performance-monitoring unit (PAPI: " + papi_says + ")",
            "virtual machines often hide it: use bare metal, or ask for a guest with a virtual PMU"};
  if (read_paranoid().value_or(0) > 2)
    return {false, MissingReason::permission,
            fmt::format("kernel.perf_event_paranoid is {}", *read_paranoid()),
            "as root: sysctl kernel.perf_event_paranoid=2 (or give the user CAP_PERFMON)"};
  return {false, MissingReason::pmu_unknown, "PAPI does not know this CPU's counters: " + papi_says,
          "a newer PAPI (libpfm4) may know it"};
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

/// An event set of the main thread whose events are inherited, for the whole process.
///
/// The kernel copies inherited events to every thread and child process made after the events were
/// opened, which PAPI does in PAPI_add; PAPI_start and PAPI_stop then switch all copies. So threads made
/// between add and start count too, and threads made before add never do: hence one set, opened before
/// the workload exists, and kept for all repetitions.
///
/// PAPI_start resets the copies that live, but not what ended threads left in the parent's event. A
/// workload with new threads in every repetition would count those of all earlier ones again; hence the
/// reading right after the start, which is taken off at the end.
class PapiCounters final : public CounterSource {
 public:
  explicit PapiCounters(int event_set) : event_set_(event_set) {}
  ~PapiCounters() override {
    PAPI_stop(event_set_, counts_.data());  // a set that still counts cannot be taken down
    PAPI_cleanup_eventset(event_set_);
    PAPI_destroy_eventset(&event_set_);
  }
  PapiCounters(const PapiCounters&) = delete;
  PapiCounters& operator=(const PapiCounters&) = delete;

  /// Asks the kernel to copy the events to new threads. PAPI's error, or PAPI_OK.
  int inherit() {
    PAPI_option_t option{};
    option.inherit.eventset = event_set_;
    option.inherit.inherit = PAPI_INHERIT_ALL;
    return PAPI_set_opt(PAPI_INHERIT, &option);
  }

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

  [[nodiscard]] bool counts_something() const { return !counting_.empty(); }

  void start() noexcept override {
    state_ = PAPI_start(event_set_);
    if (state_ == PAPI_OK) state_ = PAPI_read(event_set_, before_.data());
  }
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
    const auto count = counts_[i] - before_[i];
    if (count < 0 || (count == 0 && must_move(counting_[i].counter)))
      return Value::missing("1", MissingReason::counts_nothing,
                            fmt::format("{} was accepted and read {}", counting_[i].papi_name, count));
    auto value = Value::of(static_cast<double>(count), "1", Provenance::measured);
    value.detail = counting_[i].papi_name;  // presets and fallbacks do not count quite the same
    return value;
  }

  /// No program runs without these; a small kernel may well have no cache miss.
  static bool must_move(std::string_view counter) {
    return counter == "instructions" || counter.starts_with("cycles") || counter == "branches";
  }

  int event_set_;
  int state_ = PAPI_OK;
  std::vector<Counting> counting_;
  Readings missing_;
  std::array<long long, kEvents.size()> before_{};
  std::array<long long, kEvents.size()> counts_{};
};

/// The set with every event that the hardware takes, or PAPI's word on why there is none.
tl::expected<std::unique_ptr<PapiCounters>, std::string> open_set() {
  int event_set = PAPI_NULL;
  int error = PAPI_create_eventset(&event_set);
  if (error != PAPI_OK) return tl::unexpected(std::string(PAPI_strerror(error)));
  auto source = std::make_unique<PapiCounters>(event_set);
  error = PAPI_assign_eventset_component(event_set, PAPI_get_component_index("perf_event"));
  if (error == PAPI_OK) error = source->inherit();
  if (error != PAPI_OK) return tl::unexpected(std::string(PAPI_strerror(error)));
  for (const auto& event : kEvents) source->add(event);
  if (!source->counts_something()) return tl::unexpected(std::string("no event could be added"));
  return source;
}

/// PAPI may call its component enabled where not one event can be opened, so only opening proves it.
Availability try_out() {
  const auto component = papi_component("perf_event");
  if (!component.usable)
    return component.reason == MissingReason::not_found && start_papi().usable ? explain(component.detail)
                                                                               : component;
  const auto set = open_set();
  if (!set) return explain(set.error());
  return {.usable = true, .detail = "PAPI component perf_event", .remedy = {}};
}

/// Tried once: neither the machine nor its settings change while we run.
Availability probe() {
  static const auto availability = try_out();
  return availability;
}

std::vector<CounterInfo> counters() {
  std::vector<CounterInfo> list;
  for (const auto& event : kEvents) list.push_back({event.counter, "1", event.summary});
  return list;
}

Expected<std::unique_ptr<CounterSource>> open() {
  auto set = open_set();
  if (!set) return fail(ErrorCode::not_supported, explain(set.error()).detail);
  return std::move(*set);
}

}  // namespace

extern const CounterSourceInfo papi;
const CounterSourceInfo papi{"papi", "hardware counters through PAPI", counters, probe, open};

}  // namespace hpct::sources
