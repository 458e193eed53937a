// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace hpct::clock {

std::int64_t monotonic_ns() noexcept;    ///< CLOCK_MONOTONIC
std::int64_t process_cpu_ns() noexcept;  ///< user + system time of all threads so far
std::string utc_text();                  ///< now, "2026-01-02T03:04:05Z"

/// Chooses what now() reads and measures its rate, about 40 ms: the TSC where the CPU keeps it
/// constant and running in all states and two calibrations agree within 50 ppm, else
/// CLOCK_MONOTONIC. Call it before the first now(); later calls do nothing.
void calibrate();

double ns_per_tick() noexcept;  ///< 1 before calibrate()
std::string description();      ///< "tsc 2300.0 MHz" or "clock_gettime"

namespace detail {
extern std::atomic<bool> use_tsc;
}

/// Is now() a register that is read without a call?
inline bool reads_register() noexcept {
#if defined(__x86_64__)
  return detail::use_tsc.load(std::memory_order_relaxed);
#else
  return false;
#endif
}

/// That register. Only while reads_register().
inline std::uint64_t read_register() noexcept {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  return 0;
#endif
}

/// The timestamp that regions are made of, in ticks. Inline: it is most of a region's cost.
inline std::uint64_t now() noexcept {
  if (reads_register()) [[likely]]
    return read_register();
  return static_cast<std::uint64_t>(monotonic_ns());
}

}  // namespace hpct::clock
