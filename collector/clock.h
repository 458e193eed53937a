// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/region_lane.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

namespace hpct::clock {

std::int64_t monotonic_ns() noexcept;    ///< CLOCK_MONOTONIC
std::int64_t process_cpu_ns() noexcept;  ///< user + system time of all threads so far; see TaskFolder::update_clocks()
std::int64_t thread_cpu_ns() noexcept;   ///< of the calling thread
std::string utc_text();                  ///< now, "2026-01-02T03:04:05Z"

/// A steady register's rates that differ by more than this are not to be trusted.
inline constexpr double kLargestDrift = 50e-6;

/// Chooses what now() reads and measures its rate, about 20 ms: the time-stamp counter where the CPU keeps
/// it constant and running in all states (x86-64: TSC; arm64: the virtual counter, which always is) and two
/// calibrations agree within kLargestDrift, else CLOCK_MONOTONIC. Call it before the first now(); later calls
/// do nothing.
void calibrate();

/// How far the register's rate since calibrate() is from the rate found then (0.00005 is 50 ppm); nothing
/// when the system's clock is used or too little time has passed to tell.
std::optional<double> drift();

double ns_per_tick() noexcept;  ///< 1 before calibrate()
std::string description();      ///< "tsc 2300.0 MHz", "cntvct 1000.0 MHz" or "clock_gettime"

/// From now on now() reads something else that only grows: the instructions of a simulated CPU. Its ticks
/// count as nanoseconds. For a process that measures nothing else; there is no way back.
void replace(std::uint64_t (*reading)() noexcept);

namespace detail {
extern std::atomic<bool> use_register;
std::uint64_t read_by_call() noexcept;
}

/// Is now() a register that is read without a call?
inline bool reads_register() noexcept {
#if defined(__x86_64__) || defined(__aarch64__)
  return detail::use_register.load(std::memory_order_relaxed);
#else
  return false;
#endif
}

/// The timestamp that regions are made of, in ticks. Inline: it is most of a region's cost.
inline std::uint64_t now() noexcept {
  if (reads_register()) [[likely]]
    return hpct_read_register();
  return detail::read_by_call();
}

}  // namespace hpct::clock
