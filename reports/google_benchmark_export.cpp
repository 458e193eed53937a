// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "reports/benchmark_name.h"
#include "reports/exit_status.h"
#include "reports/google_benchmark.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

/// Values that are no counters: times have fields of their own, work becomes rates, and the metrics
/// follow from both.
constexpr std::array<std::string_view, 4> kNotCounters{"time.", "work.", "sde.", "counter."};
constexpr std::array<std::string_view, 8> kMetrics{"throughput",      "flops.rate", "bytes.rate",
                                                   "intensity",       "roof.share", "imbalance",
                                                   "cpu.utilisation", "time.share"};

using Counters = std::map<std::string, double, std::less<>>;

/// Known once for the whole run and not per repetition.
Counters counters_of(const Run& run) {
  Counters counters;
  for (const auto& [name, value] : run.values) {
    if (!value.known()) continue;
    if (name.starts_with("counter.")) counters[name.substr(8)] = *value.number;
    const bool excluded = std::any_of(kNotCounters.begin(), kNotCounters.end(),
                                      [&name = name](auto p) { return name.starts_with(p); }) ||
                          std::find(kMetrics.begin(), kMetrics.end(), name) != kMetrics.end();
    if (!excluded) counters[name] = *value.number;
  }
  return counters;
}

/// Declared work of `names` together over `seconds`; left out when one of them is not declared.
void add_rate(const Run& run, std::initializer_list<const char*> names, double seconds, const char* counter,
              Counters& counters) {
  double amount = 0;
  for (const auto* const name : names) {
    const auto at = run.values.find(name);
    if (at == run.values.end() || !at->second.known()) return;
    amount += *at->second.number;
  }
  if (seconds > 0) counters[counter] = amount / seconds;
}

/// A benchmark's own rates may divide by CPU time; they are taken over as they were.
void add_rates(const Run& run, double seconds, Counters& counters) {
  if (run.role == "benchmark") return;
  add_rate(run, {"work.items"}, seconds, "items_per_second", counters);
  add_rate(run, {"work.bytes_read", "work.bytes_written"}, seconds, "bytes_per_second", counters);
  add_rate(run, {"work.flops"}, seconds, "flops", counters);
}

/// What went wrong in the run; "" when nothing did.
std::string error_of(const Run& run) {
  if (run.exit_status.value_or(0) != 0) return describe_exit(*run.exit_status);
  if (run.role == "program" || run.check.ok) return {};
  return run.check.message.empty() ? "wrong result" : run.check.message;
}

GoogleBenchmarkEntry entry_of(const Run& run, double wall_s, double cpu_s) {
  GoogleBenchmarkEntry entry;
  entry.name = benchmark_name_of(run);
  entry.label = run.label;
  entry.threads = run.threads;
  entry.real_s = wall_s;
  entry.cpu_s = cpu_s;
  add_rates(run, wall_s, entry.counters);
  return entry;
}

double mean(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

/// Of a sample of two at least.
double deviation(const std::vector<double>& numbers) {
  double sum = 0;
  for (const auto number : numbers) sum += (number - mean(numbers)) * (number - mean(numbers));
  return std::sqrt(sum / static_cast<double>(numbers.size() - 1));
}

void add_aggregates(const Run& run, const std::vector<double>& wall, const std::vector<double>& cpu,
                    std::vector<GoogleBenchmarkEntry>& entries) {
  const auto add = [&](const char* name, auto statistic) {
    auto entry = entry_of(run, statistic(wall), statistic(cpu));
    entry.aggregate = name;
    entry.iterations = static_cast<std::int64_t>(wall.size());
    const bool is_middle = entry.aggregate == "mean" || entry.aggregate == "median";
    if (!is_middle) entry.counters.clear();
    if (entry.aggregate == "median") entry.counters.merge(counters_of(run));
    entries.push_back(std::move(entry));
  };
  add("mean", mean);
  add("median", [](const auto& numbers) { return median(numbers); });
  add("stddev", deviation);
  add("cv", [](const auto& numbers) { return mean(numbers) > 0 ? deviation(numbers) / mean(numbers) : 0; });
}

/// A run without single repetitions has its median only.
void add_median_alone(const Run& run, std::vector<GoogleBenchmarkEntry>& entries) {
  const auto time = [&](const char* name) {
    const auto at = run.values.find(name);
    return at == run.values.end() ? 0 : at->second.number.value_or(0);
  };
  auto entry = entry_of(run, time("time.wall"), time("time.cpu"));
  entry.aggregate = "median";
  entry.counters.merge(counters_of(run));
  if (entry.real_s > 0) entries.push_back(std::move(entry));
}

void add_run(const Run& run, std::vector<GoogleBenchmarkEntry>& entries) {
  if (auto error = error_of(run); !error.empty()) {
    entries.push_back(entry_of(run, 0, 0));
    entries.back().error = std::move(error);
    return;
  }
  std::vector<double> wall;
  std::vector<double> cpu;
  for (const auto& repetition : run.repetitions) {
    const auto iterations = std::max<std::int64_t>(1, repetition.iterations.value_or(1));
    wall.push_back(repetition.wall_s());
    cpu.push_back(static_cast<double>(repetition.cpu_ns) * 1e-9 / static_cast<double>(iterations));
    entries.push_back(entry_of(run, wall.back(), cpu.back()));
    entries.back().iterations = iterations;
  }
  if (wall.empty()) return add_median_alone(run, entries);
  if (wall.size() == 1)
    entries.back().counters.merge(counters_of(run));
  else
    add_aggregates(run, wall, cpu, entries);
}

}  // namespace

GoogleBenchmarkFile google_benchmark_of(const Report& report) {
  GoogleBenchmarkFile file;
  file.date = report.created;
  if (file.date.ends_with('Z')) file.date.replace(file.date.size() - 1, 1, "+00:00");
  file.host_name = report.machine.hostname;
  if (!report.command.empty()) file.executable = report.command.front();
  file.num_cpus = report.machine.cpu.threads;
  file.mhz_per_cpu = report.machine.cpu.mhz.value_or(0);
  file.caches = report.machine.caches;
  for (const auto& run : report.runs) add_run(run, file.entries);
  return file;
}

}  // namespace hpct
