// SPDX-License-Identifier: Apache-2.0
#include "collector/clock.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <limits>
#include <mutex>
#include <string>

#include "collector/region_process.h"

namespace hpct::clock {

std::atomic<bool> detail::use_register{false};

namespace {

std::atomic<double> tick_ns{1.0};
std::atomic<std::uint64_t (*)() noexcept> replacement{nullptr};

std::int64_t read_clock(clockid_t id) noexcept {
  timespec time{};
  clock_gettime(id, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

#if defined(__aarch64__)
constexpr const char* kRegisterName = "cntvct";
#else
constexpr const char* kRegisterName = "tsc";
#endif

/// The TSC can be trusted when it runs at one rate and through all sleep states, and the kernel, which
/// compares the cores' counters, has not struck it off its list. The counter of arm64 is so by definition.
bool register_is_steady() {
#if defined(__x86_64__)
  std::ifstream sources("/sys/devices/system/clocksource/clocksource0/available_clocksource");
  std::string available;
  if (std::getline(sources, available) && available.find("tsc") == std::string::npos) return false;
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);)
    if (line.starts_with("flags"))
      return line.find(" constant_tsc") != std::string::npos &&
             line.find(" nonstop_tsc") != std::string::npos;
  return false;
#elif defined(__aarch64__)
  return true;
#else
  return false;
#endif
}

/// The same instant on both clocks.
struct Instant {
  std::int64_t ns;
  std::uint64_t ticks;
};

/// The tightest of several readings: an interrupt between the two clocks only spoils some of them.
Instant same_instant() {
  Instant best{};
  std::int64_t best_gap = std::numeric_limits<std::int64_t>::max();
  for (int i = 0; i < 16; ++i) {
    const auto before = monotonic_ns();
    const auto ticks = now();
    const auto gap = monotonic_ns() - before;
    if (gap >= best_gap) continue;
    best_gap = gap;
    best = {before + gap / 2, ticks};
  }
  return best;
}

double tick_between(const Instant& begin, const Instant& end) {
  return static_cast<double>(end.ns - begin.ns) / static_cast<double>(end.ticks - begin.ticks);
}

/// Nanoseconds per tick of now() over 10 ms. Error about 10 ppm, as an instant is good for some 50 ns.
double measure_tick() {
  const auto begin = same_instant();
  while (monotonic_ns() - begin.ns < 10'000'000) {
  }
  return tick_between(begin, same_instant());
}

/// When calibrate() ended; drift() measures from here.
Instant calibrated{};

bool agree(double first, double second) {
  return std::max(first, second) / std::min(first, second) - 1 <= kLargestDrift;
}

#if defined(__aarch64__)
/// Nanoseconds per tick as the firmware says.
double nominal_tick() {
  std::uint64_t hertz = 0;
  __asm__("mrs %0, cntfrq_el0" : "=r"(hertz));
  return hertz == 0 ? 0 : 1e9 / static_cast<double>(hertz);
}
#endif

/// Some firmware names a wrong frequency: the measured one decides, and the exact one is taken when it fits.
double settled_tick(double first, double second) {
  const double measured = (first + second) / 2;
#if defined(__aarch64__)
  if (const double nominal = nominal_tick(); nominal > 0 && agree(nominal, measured)) return nominal;
#endif
  return measured;
}

void choose() {
  if (!register_is_steady()) return;
  detail::use_register = true;
  double first = measure_tick();
  double second = measure_tick();
  for (int more = 0; more < 2 && !agree(first, second); ++more) {  // one disturbed reading is no bad clock
    first = second;
    second = measure_tick();
  }
  tick_ns = settled_tick(first, second);
  calibrated = same_instant();
  if (agree(first, second)) return;
  detail::use_register = false;  // some hypervisor scales or traps it
  tick_ns = 1;
}

}  // namespace

std::string utc_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &parts));
  return {text.data(), length};
}

void calibrate() {
  static std::once_flag once;
  std::call_once(once, choose);
}

std::uint64_t detail::read_by_call() noexcept {
  const auto reading = replacement.load(std::memory_order_relaxed);
  return reading != nullptr ? reading() : static_cast<std::uint64_t>(monotonic_ns());
}

void replace(std::uint64_t (*reading)() noexcept) {
  calibrate();  // now, so that no later call undoes this
  detail::use_register = false;
  tick_ns = 1;
  replacement = reading;
  region_process.clock = reading;
}

std::int64_t monotonic_ns() noexcept { return read_clock(CLOCK_MONOTONIC); }

std::int64_t process_cpu_ns() noexcept { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

std::int64_t thread_cpu_ns() noexcept { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

std::optional<double> drift() {
  constexpr std::int64_t kTooShort = 20'000'000;
  if (!detail::use_register || monotonic_ns() - calibrated.ns < kTooShort) return std::nullopt;
  return tick_between(calibrated, same_instant()) / tick_ns - 1;
}

double ns_per_tick() noexcept { return tick_ns; }

std::string description() {
  if (!detail::use_register) return "clock_gettime";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%s %.1f MHz", kRegisterName, 1e3 / tick_ns);
  return text.data();
}

}  // namespace hpct::clock
