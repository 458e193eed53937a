// SPDX-License-Identifier: Apache-2.0
#include "collector/perf_events.h"

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "collector/kernel_pmu.h"

namespace hpct {
namespace {

struct EventConfig {
  std::uint32_t type = 0;
  std::uint64_t config = 0;
};

struct GenericEvent {
  std::string_view name;
  EventConfig config;
};

constexpr std::uint64_t kL1dReadMisses =
    PERF_COUNT_HW_CACHE_L1D | PERF_COUNT_HW_CACHE_OP_READ << 8 | PERF_COUNT_HW_CACHE_RESULT_MISS << 16;
constexpr std::array<GenericEvent, 8> kGenericEvents{{
    {"perf::INSTRUCTIONS", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS}},
    {"perf::CYCLES", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES}},
    {"perf::REF-CYCLES", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_REF_CPU_CYCLES}},
    {"perf::BRANCH-INSTRUCTIONS", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS}},
    {"perf::BRANCH-MISSES", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES}},
    {"perf::CACHE-MISSES", {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES}},
    {"perf::L1-DCACHE-LOAD-MISSES", {PERF_TYPE_HW_CACHE, kL1dReadMisses}},
    {"perf::PAGE-FAULTS", {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS}},
}};

std::optional<EventConfig> config_of(const NativeEvent& event) {
  for (const auto& generic : kGenericEvents)
    if (generic.name == event.name) return generic.config;
  if (const auto code = event.code()) return EventConfig{PERF_TYPE_RAW, *code};
  return std::nullopt;
}

EventRefusal refusal_of(const NativeEvent& event, int error, bool beside_others) {
  const auto text = fmt::format("perf_event_open refuses {}: {}", event.name, std::strerror(error));
  switch (error) {
    case EPERM:
    case EACCES:
      return {MissingReason::permission,
              fmt::format("{}; kernel.perf_event_paranoid is {}", text, perf_event_paranoid().value_or(0))};
    case ENOSYS:
      return {MissingReason::no_pmu, text};
    default:
      if (!kernel_has_cpu_pmu()) return {MissingReason::no_pmu, kernel_refusal()->detail};
      return {beside_others ? MissingReason::conflict : MissingReason::event_unknown, text};
  }
}

/// What read() yields for one event with both times.
struct Reading {
  std::uint64_t count = 0;
  std::uint64_t enabled_ns = 0;
  std::uint64_t running_ns = 0;
};

/// Each event has a descriptor and is read by itself: reading a whole group at once together with
/// inheritance is refused by kernels before 4.13, and saves nothing after the stop.
class PerfGroup final : public EventGroup {
 public:
  PerfGroup(pid_t child, Sharing sharing) : child_(child), sharing_(sharing) {}
  ~PerfGroup() override {
    for (const int file : files_) ::close(file);
  }
  PerfGroup(const PerfGroup&) = delete;
  PerfGroup& operator=(const PerfGroup&) = delete;

  /// The kernel's error number; 0 when it took the event beside those before.
  int add(const EventConfig& config) {
    const bool leads = files_.empty() || sharing_ == Sharing::in_turns;
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    attributes.type = config.type;
    attributes.config = config.config;
    attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    attributes.inherit = 1;
    attributes.exclude_kernel = 1;
    attributes.exclude_hv = 1;
    attributes.disabled = leads ? 1 : 0;  // the others wait for their leader
    attributes.enable_on_exec = leads && child_ != 0 ? 1 : 0;
    const auto file = ::syscall(SYS_perf_event_open, &attributes, child_, -1, leads ? -1 : files_.front(),
                                PERF_FLAG_FD_CLOEXEC);
    if (file < 0) return errno;
    files_.push_back(static_cast<int>(file));
    before_.resize(files_.size());
    after_.resize(files_.size());
    return 0;
  }

  /// What threads that ended have left in an event is never reset, so the start is read as well.
  void start() noexcept override {
    if (child_ != 0) return;
    read_all(before_);
    control(PERF_EVENT_IOC_ENABLE);
  }
  void stop() noexcept override {
    if (child_ != 0) return;
    control(PERF_EVENT_IOC_DISABLE);
    read_all(after_);
  }

  tl::expected<std::vector<EventCount>, EventRefusal> read() override {
    if (child_ != 0) read_all(after_);
    if (error_ != 0)
      return tl::unexpected(EventRefusal{
          error_ == EPERM || error_ == EACCES ? MissingReason::permission : MissingReason::conflict,
          fmt::format("perf_event: {}", std::strerror(error_))});
    std::vector<EventCount> counts;
    for (std::size_t i = 0; i < files_.size(); ++i)
      counts.push_back({.count = static_cast<std::int64_t>(after_[i].count - before_[i].count),
                        .enabled_ns = after_[i].enabled_ns - before_[i].enabled_ns,
                        .running_ns = after_[i].running_ns - before_[i].running_ns});
    return counts;
  }

 private:
  void control(unsigned long request) noexcept {
    const std::size_t leaders = sharing_ == Sharing::in_turns ? files_.size() : 1;
    for (std::size_t i = 0; i < leaders; ++i)
      if (::ioctl(files_[i], request, 0) != 0) error_ = errno;
  }

  void read_all(std::vector<Reading>& readings) noexcept {
    for (std::size_t i = 0; i < files_.size(); ++i)
      if (::read(files_[i], &readings[i], sizeof readings[i]) != sizeof readings[i]) error_ = errno;
  }

  pid_t child_;
  Sharing sharing_;
  int error_ = 0;
  std::vector<int> files_;
  std::vector<Reading> before_;
  std::vector<Reading> after_;
};

}  // namespace

tl::expected<std::unique_ptr<EventGroup>, EventRefusal> PerfEvents::open(
    const std::vector<NativeEvent>& events, Sharing sharing) {
  auto group = std::make_unique<PerfGroup>(child_, sharing);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto config = config_of(events[i]);
    if (!config)
      return tl::unexpected(
          EventRefusal{MissingReason::event_unknown, "the kernel does not know the name " + events[i].name});
    if (const int error = group->add(*config); error != 0)
      return tl::unexpected(refusal_of(events[i], error, i > 0));
  }
  return group;
}

}  // namespace hpct
