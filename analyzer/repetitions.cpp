// SPDX-License-Identifier: Apache-2.0
#include "analyzer/repetitions.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/statistics.h"

namespace hpct {
namespace {

constexpr std::size_t kFewestForSpread = 6;

/// Seconds of all threads together, over all repetitions and their iterations: what a disturbance is counted
/// over.
double thread_seconds(const Run& run) {
  double sum = 0;
  for (const auto& repetition : run.repetitions) sum += static_cast<double>(repetition.wall_ns) * 1e-9;
  return sum * run.threads;
}

double cpu_seconds(const Run& run) {
  double sum = 0;
  for (const auto& repetition : run.repetitions) sum += static_cast<double>(repetition.cpu_ns) * 1e-9;
  return sum;
}

constexpr const char* kTooShort = "the run is too short to judge";

/// The kernel updates run delays at ticks and switches: against a run this short they mean nothing, and one
/// forced switch would be thousands a second.
bool too_short(const Run& run) {
  constexpr double kShortest = 1e-3;
  return thread_seconds(run) < kShortest * static_cast<double>(run.repetitions.size());
}

}  // namespace

std::vector<double> wall_seconds(const Run& run) {
  std::vector<double> seconds;
  for (const auto& repetition : run.repetitions) seconds.push_back(repetition.wall_s());
  return seconds;
}

Value spread_of(const Run& run) {
  const auto seconds = wall_seconds(run);
  if (seconds.size() < kFewestForSpread)
    return Value::missing("%", MissingReason::too_few, "the spread needs six repetitions");
  return Value::of((quantile(seconds, 0.9) - quantile(seconds, 0.1)) / median(seconds), "%",
                   Provenance::measured, "(p90 - p10) / median of the repetitions");
}

Value waiting_share(const Run& run) {
  if (too_short(run)) return Value::missing("%", MissingReason::too_few, kTooShort);
  double waited = 0;
  for (const auto& repetition : run.repetitions) {
    if (!repetition.disturbance.run_delay_ns)
      return Value::missing("%", MissingReason::not_found, "this kernel does not count the run delay");
    waited += static_cast<double>(*repetition.disturbance.run_delay_ns) * 1e-9;
  }
  if (run.role == "program") {
    const double wanted = waited + cpu_seconds(run);
    return Value::of(wanted > 0 ? waited / wanted : 0, "%", Provenance::counted,
                     "run delay / (run delay + time.cpu)");
  }
  // What a thread had waited before its part began is told to the kernel's count inside of it.
  return Value::of(std::min(1.0, waited / thread_seconds(run)), "%", Provenance::counted,
                   "run delay / (time.wall * threads), 1 at most");
}

Value forced_switches(const Run& run) {
  if (too_short(run)) return Value::missing("1/s", MissingReason::too_few, kTooShort);
  double switches = 0;
  for (const auto& repetition : run.repetitions) {
    if (repetition.disturbance == Disturbance{})
      return Value::missing("1/s", MissingReason::not_found, "nobody counted what disturbed the run");
    switches += static_cast<double>(repetition.disturbance.involuntary_switches);
  }
  return Value::of(switches / thread_seconds(run), "1/s", Provenance::counted,
                   "involuntary switches / (time.wall * threads)");
}

DisturbedCount disturbed_repetitions(const Run& run) {
  DisturbedCount count;
  for (const auto& repetition : run.repetitions) {
    const auto& verdict = repetition.disturbance.verdict;
    if (!verdict.empty()) ++count.judged;
    if (verdict == "disturbed") ++count.disturbed;
    if (verdict == "host-disturbed") ++count.host;
  }
  return count;
}

std::string disturbed_text(const Run& run) {
  const auto count = disturbed_repetitions(run);
  if (count.all() == 0) return {};
  std::string why;
  if (count.disturbed > 0) why = fmt::format("{} waited for a core", count.disturbed);
  if (count.host > 0)
    why += fmt::format("{}clock or memory changed in {}", why.empty() ? "" : "; ", count.host);
  return fmt::format("{} of {} repetitions disturbed ({})", count.all(), run.repetitions.size(), why);
}

bool waited_for_cores(const Run& run) {
  constexpr double kWaiting = 0.005;
  const auto waiting = waiting_share(run);
  return waiting.known() && *waiting.number > kWaiting;
}

int busy_threads(const Run& run) {
  constexpr std::int64_t kOfTheBusiest = 10;
  std::int64_t busiest = 0;
  for (const auto& usage : run.thread_usage)
    if (usage.others == 0) busiest = std::max(busiest, usage.cpu_ns);
  int busy = 0;
  for (const auto& usage : run.thread_usage) {
    const int threads = std::max(1, usage.others);
    if (usage.cpu_ns / threads * kOfTheBusiest >= busiest) busy += threads;
  }
  return std::max(run.threads, busy);
}

}  // namespace hpct
