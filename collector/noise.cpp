// SPDX-License-Identifier: Apache-2.0
#include "collector/noise.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>

#include "collector/clock.h"
#include "collector/clock_probe.h"
#include "collector/scheduling.h"
#include "collector/system_load.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

namespace fs = std::filesystem;

// The timer tick and its way through a hypervisor take tens of microseconds, on every machine.
constexpr std::int64_t kGapNs = 100'000;
constexpr std::int64_t kBetweenClocksNs = 20'000'000;
constexpr double kClockProbe = 0.001;
constexpr double kBusy = 0.05;

struct ProcessTime {
  std::string name;
  std::int64_t ticks = 0;
};

/// "id (name) state ..": the name may hold anything, the numbers follow its last parenthesis.
ProcessTime process_time(const fs::path& stat) {
  std::ifstream in(stat);
  std::string line;
  std::getline(in, line);
  const auto open = line.find('(');
  const auto close = line.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return {};
  ProcessTime time{line.substr(open + 1, close - open - 1), 0};
  constexpr int kUser = 11;  // words after the name: state is 0, utime 11, stime 12
  std::size_t at = close + 1;
  for (int word = 0; word <= kUser + 1 && at != std::string::npos; ++word) {
    const auto begin = line.find_first_not_of(' ', at);
    if (begin == std::string::npos) break;
    at = line.find(' ', begin);
    std::int64_t ticks = 0;
    if (word >= kUser &&
        std::from_chars(line.data() + begin, line.data() + line.size(), ticks).ec == std::errc{})
      time.ticks += ticks;
  }
  return time;
}

std::map<pid_t, ProcessTime> process_times() {
  std::map<pid_t, ProcessTime> times;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const auto name = at->path().filename().string();
    pid_t id = 0;
    const auto [stop, problem] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (problem == std::errc{} && stop == name.data() + name.size() && id != ::getpid())
      times[id] = process_time(at->path() / "stat");
  }
  return times;
}

std::vector<BusyProcess> busiest_of(const std::map<pid_t, ProcessTime>& before,
                                    const std::map<pid_t, ProcessTime>& after, double seconds) {
  const auto ticks_per_second = static_cast<double>(std::max(1L, ::sysconf(_SC_CLK_TCK)));
  std::vector<BusyProcess> busy;
  for (const auto& [id, now] : after) {
    const auto old = before.find(id);
    const auto used = static_cast<double>(now.ticks - (old == before.end() ? 0 : old->second.ticks));
    const double cores = used / ticks_per_second / seconds;
    if (cores >= kBusy) busy.push_back({id, now.name, cores});
  }
  std::sort(busy.begin(), busy.end(), [](const auto& a, const auto& b) { return a.cores > b.cores; });
  busy.resize(std::min<std::size_t>(busy.size(), 3));
  return busy;
}

/// Reads the clock for `seconds`, now and then estimating the CPU's. Returns the time in gaps.
std::int64_t watch(double seconds, std::vector<double>& clocks) {
  std::int64_t gaps = 0;
  auto last = clock::monotonic_ns();
  const auto end = last + static_cast<std::int64_t>(seconds * 1e9);
  auto next_clock = last;
  while (last < end) {
    if (last >= next_clock) {
      clocks.push_back(estimate_clock(kClockProbe));
      last = clock::monotonic_ns();
      next_clock = last + kBetweenClocksNs;
    }
    const auto now = clock::monotonic_ns();
    if (now - last > kGapNs) gaps += now - last;
    last = now;
  }
  return gaps;
}

std::optional<double> share_of(std::optional<std::int64_t> before, std::optional<std::int64_t> after,
                               double ns) {
  if (!before || !after) return std::nullopt;
  return std::max(0.0, static_cast<double>(*after - *before) / ns);
}

double spread_of(const std::vector<double>& clocks) {
  const auto [low, high] = std::minmax_element(clocks.begin(), clocks.end());
  return clocks.empty() ? 0 : (*high - *low) / median(clocks);
}

}  // namespace

NoiseMeasurement measure_noise(double seconds) {
  NoiseMeasurement seen;
  auto& noise = seen.noise;
  const auto processes = process_times();
  const auto load = read_system_load();
  const auto waiting = scheduling_of(::gettid());
  const auto cpu = clock::process_cpu_ns();
  const auto begin = clock::monotonic_ns();
  std::vector<double> clocks;
  const auto gaps = watch(seconds, clocks);
  const auto wall = static_cast<double>(clock::monotonic_ns() - begin);
  const auto cpu_after = clock::process_cpu_ns();
  const auto load_after = read_system_load();
  const auto waiting_after = scheduling_of(::gettid());
  noise.seconds = wall * 1e-9;
  noise.gaps = static_cast<double>(gaps) / wall;
  noise.clock_spread = spread_of(clocks);
  if (waiting && waiting_after)
    noise.run_delay = share_of(waiting->waiting_ns, waiting_after->waiting_ns, wall);
  const auto cores = static_cast<double>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  noise.stolen = share_of(load.stolen_ns, load_after.stolen_ns, wall * cores);
  if (const auto busy = share_of(load.busy_ns, load_after.busy_ns, wall))
    noise.other_cores = std::max(0.0, *busy - static_cast<double>(cpu_after - cpu) / wall);
  noise.score =
      std::max({noise.gaps, noise.clock_spread, noise.run_delay.value_or(0), noise.stolen.value_or(0)});
  seen.busiest = busiest_of(processes, process_times(), noise.seconds);
  return seen;
}

std::string_view name_of_noise(double score) {
  constexpr double kQuiet = 0.01;
  constexpr double kRestless = 0.03;
  return score < kQuiet ? "quiet" : score < kRestless ? "restless" : "noisy";
}

}  // namespace hpct
