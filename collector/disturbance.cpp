// SPDX-License-Identifier: Apache-2.0
#include "collector/disturbance.h"

#include <algorithm>
#include <cmath>

namespace hpct {
namespace {

// Run delays and steal are counted at ticks and switches: against a shorter repetition they mean nothing.
constexpr double kShortestNs = 1e6;
constexpr std::int64_t kFewestStolenNs = 20'000'000;

std::optional<std::int64_t> growth(std::optional<std::int64_t> before, std::optional<std::int64_t> after) {
  if (!before || !after) return std::nullopt;
  return std::max<std::int64_t>(0, *after - *before);
}

bool moved(std::optional<double> before, std::optional<double> after) {
  return before && after && *before > 0 && std::abs(*after / *before - 1) > kDisturbedProbe;
}

/// Time of all measured threads: a program of the user's may have more of them than we know.
double thread_ns(const Repetition& repetition, int threads) {
  return std::max(static_cast<double>(repetition.wall_ns) * threads, static_cast<double>(repetition.cpu_ns));
}

bool waited(const Repetition& repetition, int threads) {
  const double time = thread_ns(repetition, threads);
  const auto& delay = repetition.disturbance.run_delay_ns;
  return delay && time >= kShortestNs && static_cast<double>(*delay) > kDisturbedDelay * time;
}

bool host_interfered(const Repetition& repetition, int threads) {
  const auto& seen = repetition.disturbance;
  const auto stolen = seen.stolen_ns.value_or(0);
  return moved(seen.clock_before_hz, seen.clock_after_hz) || moved(seen.memory_before, seen.memory_after) ||
         seen.throttled.value_or(0) > 0 ||
         (stolen >= kFewestStolenNs &&
          static_cast<double>(stolen) > kDisturbedSteal * thread_ns(repetition, threads));
}

}  // namespace

void add_glances(const Glance& before, const Glance& after, std::int64_t wall_ns, std::int64_t cpu_ns,
                 Disturbance& disturbance) {
  disturbance.clock_before_hz = before.clock_hz;
  disturbance.clock_after_hz = after.clock_hz;
  disturbance.memory_before = before.memory_rate;
  disturbance.memory_after = after.memory_rate;
  disturbance.throttled = growth(before.load.throttled, after.load.throttled);
  disturbance.stolen_ns = growth(before.load.stolen_ns, after.load.stolen_ns);
  if (const auto busy = growth(before.load.busy_ns, after.load.busy_ns); busy && wall_ns > 0)
    disturbance.other_cores =
        static_cast<double>(std::max<std::int64_t>(0, *busy - cpu_ns)) / static_cast<double>(wall_ns);
}

std::string verdict_of(const Repetition& repetition, int threads) {
  const auto& seen = repetition.disturbance;
  if (waited(repetition, threads)) return "disturbed";
  if (host_interfered(repetition, threads)) return "host-disturbed";
  return seen.run_delay_ns || seen.clock_before_hz ? "quiet" : "";
}

}  // namespace hpct
