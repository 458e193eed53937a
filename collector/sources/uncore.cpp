// SPDX-License-Identifier: Apache-2.0
// Memory traffic of the whole machine, from the memory controllers.
#include "collector/sources/uncore.h"

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "collector/event_maps.h"
#include "collector/kernel_pmu.h"
#include "collector/uncore_pmus.h"

namespace hpct::sources {
namespace {

/// One event on one unit, for everybody on the machine.
struct OpenEvent {
  int file = -1;
  double weight = 1;
  std::uint64_t before = 0;
  std::uint64_t after = 0;
};

/// The kernel's word on why the event cannot be opened; empty when `event` is open.
std::string open_event(const UncorePmu& pmu, std::uint64_t config, int cpu, OpenEvent& event) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = pmu.type;
  attributes.config = config;
  attributes.disabled = 1;
  const auto file = ::syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
  if (file < 0) return fmt::format("{}: {}", pmu.name, std::strerror(errno));
  event.file = static_cast<int>(file);
  return {};
}

/// One metric: its events on every unit there is.
class Traffic {
 public:
  Traffic(CounterInfo info, const MetricEvents& metric) : info_(std::move(info)), metric_(metric) {
    const auto pmus = uncore_pmus(metric.sum_over);
    if (pmus.empty()) why_ = {false, MissingReason::no_pmu, "the kernel shows no " + metric.sum_over, ""};
    for (const auto& pmu : pmus)
      for (const auto& event : metric.events) open(pmu, event);
  }
  ~Traffic() {
    for (const auto& event : events_) ::close(event.file);
  }
  Traffic(Traffic&& other) noexcept = default;
  Traffic& operator=(Traffic&&) = delete;
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  [[nodiscard]] const Availability& availability() const { return why_; }
  [[nodiscard]] std::size_t events() const { return events_.size(); }

  void start() noexcept {
    for (auto& event : events_) {
      static_cast<void>(::read(event.file, &event.before, sizeof event.before) < 0);
      ::ioctl(event.file, PERF_EVENT_IOC_ENABLE, 0);
    }
  }
  void stop() noexcept {
    for (auto& event : events_) {
      ::ioctl(event.file, PERF_EVENT_IOC_DISABLE, 0);
      static_cast<void>(::read(event.file, &event.after, sizeof event.after) < 0);
    }
  }

  [[nodiscard]] std::pair<std::string, Value> read() const {
    if (!why_.usable) return {info_.name, Value::missing(info_.unit, why_.reason, why_.detail)};
    double total = 0;
    for (const auto& event : events_) total += event.weight * static_cast<double>(event.after - event.before);
    auto value = Value::of(metric_.scale * total, info_.unit, Provenance::measured, formula_of(metric_));
    value.detail = metric_.note;
    return {info_.name, value};
  }

 private:
  void open(const UncorePmu& pmu, const NativeEvent& native) {
    const auto config = uncore_config(pmu, native.raw);
    if (!config)
      return refuse({false, MissingReason::event_unknown, pmu.name + " does not know " + native.raw, ""});
    for (const int cpu : pmu.cpus) {
      OpenEvent event{.weight = native.weight};
      const auto problem = open_event(pmu, *config, cpu, event);
      if (!problem.empty())
        return refuse(
            {false, MissingReason::permission,
             fmt::format("{}; kernel.perf_event_paranoid is {}", problem, perf_event_paranoid().value_or(0)),
             "as root: sysctl kernel.perf_event_paranoid=0 (or give the user CAP_PERFMON)"});
      events_.push_back(event);
    }
  }

  /// A sum that lacks one channel is no sum.
  void refuse(Availability why) {
    if (why_.usable) why_ = std::move(why);
  }

  CounterInfo info_;
  MetricEvents metric_;
  Availability why_{.usable = true, .detail = {}, .remedy = {}};
  std::vector<OpenEvent> events_;
};

std::vector<Traffic> open_traffic(const CounterRequest& request) {
  std::vector<Traffic> list;
  const auto* map = find_event_map(cpu_identity());
  for (auto& counter : memory_traffic_counters()) {
    if (map == nullptr || !request.wants(counter.name)) continue;
    const auto at = map->metrics.find(counter.name);
    if (at != map->metrics.end() && at->second.missing.empty()) list.emplace_back(counter, at->second);
  }
  return list;
}

class UncoreCounters final : public CounterSource {
 public:
  explicit UncoreCounters(std::vector<Traffic> traffic) : traffic_(std::move(traffic)) {}

  void start() noexcept override {
    for (auto& traffic : traffic_) traffic.start();
  }
  void stop() noexcept override {
    for (auto& traffic : traffic_) traffic.stop();
  }
  Readings read() override {
    Readings readings;
    for (const auto& traffic : traffic_) readings.push_back(traffic.read());
    return readings;
  }

 private:
  std::vector<Traffic> traffic_;
};

Availability try_out() {
  const auto* map = find_event_map(cpu_identity());
  if (map == nullptr)
    return {false, MissingReason::pmu_unknown, "no event map for this CPU's memory controllers", ""};
  const auto traffic = open_traffic({});
  if (traffic.empty())
    return {false, MissingReason::event_unknown, map->metrics.at("dram.bytes_read").missing, ""};
  for (const auto& one : traffic)
    if (!one.availability().usable) return one.availability();
  return {.usable = true,
          .detail = fmt::format("{} memory channels by {}", traffic.front().events(), map->core),
          .remedy = {}};
}

Availability probe() {
  static const auto availability = try_out();
  return availability;
}

Expected<std::unique_ptr<CounterSource>> open(const CounterRequest& request) {
  return std::make_unique<UncoreCounters>(open_traffic(request));
}

}  // namespace

extern const CounterSourceInfo uncore;
const CounterSourceInfo uncore{"uncore",
                               "memory traffic of the whole machine, from the memory controllers",
                               memory_traffic_counters,
                               probe,
                               open,
                               false};

}  // namespace hpct::sources

namespace hpct {

std::vector<CounterInfo> memory_traffic_counters() {
  return {{"dram.bytes_read", "B", "bytes read from memory by the whole machine"},
          {"dram.bytes_written", "B", "bytes written to memory by the whole machine"}};
}

}  // namespace hpct
