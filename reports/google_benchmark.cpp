// SPDX-License-Identifier: Apache-2.0
#include "reports/google_benchmark.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

#include "reports/benchmark_name.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

using Entries = std::vector<GoogleBenchmarkEntry>;
constexpr std::string_view kCounterPrefix = "counter.";

Entries repetitions_in(const Entries& entries) {
  Entries found;
  for (const auto& entry : entries)
    if (entry.aggregate.empty() && entry.error.empty() && entry.skipped.empty()) found.push_back(entry);
  return found;
}

/// What stands for the benchmark when the file has no single repetitions.
const GoogleBenchmarkEntry* middle_of(const Entries& entries) {
  for (const auto* const wanted : {"median", "mean"})
    for (const auto& entry : entries)
      if (entry.aggregate == wanted && entry.error.empty()) return &entry;
  return nullptr;
}

std::int64_t total_ns(double seconds, std::int64_t iterations) {
  constexpr double kMost = 9e18;
  const double ns = seconds * 1e9 * static_cast<double>(iterations);
  return ns > 0 && ns < kMost ? std::llround(ns) : 0;
}

void add_times(Run& run, const Entries& repetitions, const GoogleBenchmarkEntry* middle) {
  const auto add = [&](const char* name, double GoogleBenchmarkEntry::*member) {
    std::vector<double> seconds;
    for (const auto& entry : repetitions) seconds.push_back(entry.*member);
    if (!seconds.empty())
      run.values[name] = median_value(seconds, "s", Provenance::measured);
    else if (middle != nullptr)
      run.values[name] =
          Value::of(middle->*member, "s", Provenance::measured, middle->aggregate + " of the repetitions");
    else
      run.values[name] = Value::missing("s", MissingReason::not_found, "the benchmark has no time");
  };
  add("time.wall", &GoogleBenchmarkEntry::real_s);
  add("time.cpu", &GoogleBenchmarkEntry::cpu_s);
}

std::string unit_of(std::string_view counter) {
  if (counter == "bytes_per_second") return "B/s";
  return counter == "items_per_second" ? "item/s" : "1";
}

/// What the benchmark's author set: we cannot know how it was counted, so it gets the weakest label.
Value authors_value(const std::vector<double>& numbers, const std::string& unit, std::string formula) {
  auto value = median_value(numbers, unit, Provenance::modelled);
  value.formula = std::move(formula);
  return value;
}

void add_counters(Run& run, const Entries& repetitions, const GoogleBenchmarkEntry* middle) {
  std::map<std::string, std::vector<double>> numbers;
  if (middle != nullptr)
    for (const auto& [name, number] : middle->counters) numbers[name] = {number};
  std::map<std::string, std::vector<double>> single;
  for (const auto& entry : repetitions)
    for (const auto& [name, number] : entry.counters) single[name].push_back(number);
  for (auto& [name, list] : single) numbers[name] = std::move(list);
  for (const auto& [name, list] : numbers)
    run.values[std::string(kCounterPrefix) + name] =
        authors_value(list, unit_of(name), "as the benchmark set it");
}

/// Google Benchmark divides rates by the time that rules the benchmark: the real one only when asked to.
void add_items(Run& run, const Entries& repetitions, const GoogleBenchmarkEntry* middle) {
  std::vector<double> items;
  bool real = false;
  const auto add = [&](const GoogleBenchmarkEntry& entry) {
    real = ruled_by_real_time(entry.name);
    if (const auto rate = entry.counters.find("items_per_second"); rate != entry.counters.end())
      items.push_back(rate->second * (real ? entry.real_s : entry.cpu_s));
  };
  std::for_each(repetitions.begin(), repetitions.end(), add);
  if (items.empty() && middle != nullptr) add(*middle);
  if (items.empty()) return;
  run.values["work.items"] =
      authors_value(items, run.item, fmt::format("items_per_second * {}", real ? "real_time" : "cpu_time"));
}

Check check_of(const Entries& entries) {
  for (const auto& entry : entries)
    if (!entry.error.empty())
      return {.ok = false, .reference = "the benchmark's own SkipWithError", .message = entry.error};
  return {.ok = true, .reference = "the benchmark reported no error", .message = {}};
}

/// "2026-11-21T03:11:56+01:00" -> "2026-11-21T02:11:56Z"; "" for the older form without an offset.
std::string utc_of(const std::string& date) {
  std::tm local{};
  const auto* rest = strptime(date.c_str(), "%Y-%m-%dT%H:%M:%S", &local);
  if (rest == nullptr || *rest == '\0') return {};
  const long offset = strptime(rest, "%z", &local) != nullptr ? local.tm_gmtoff : 0;
  const std::time_t seconds = timegm(&local) - offset;
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

Machine machine_of(const GoogleBenchmarkFile& file) {
  Machine machine;
  machine.hostname = file.host_name;
  machine.cpu.threads = file.num_cpus;
  if (file.mhz_per_cpu > 0) machine.cpu.mhz = file.mhz_per_cpu;
  machine.caches = file.caches;
  machine.pmu = "the times were imported";
  return machine;
}

/// The entries of each benchmark, in the order of the file; repetitions of interleaved benchmarks lie apart.
std::vector<Entries> by_benchmark(const Entries& entries) {
  std::vector<Entries> groups;
  std::map<std::string, std::size_t> index;
  for (const auto& entry : entries) {
    const auto [at, is_new] = index.try_emplace(entry.name, groups.size());
    if (is_new) groups.emplace_back();
    groups[at->second].push_back(entry);
  }
  return groups;
}

/// The fit of a complexity is about a whole family, and says nothing about one benchmark.
bool is_fit(const GoogleBenchmarkEntry& entry) {
  return entry.aggregate == "BigO" || entry.aggregate == "RMS";
}

}  // namespace

Run run_of(const std::vector<GoogleBenchmarkEntry>& entries) {
  const auto& first = entries.front();
  const auto name = parse_benchmark_name(first.name);
  const auto repetitions = repetitions_in(entries);
  const auto* const middle = middle_of(entries);
  Run run;
  run.workload = name.family;
  run.variant = name.variant;
  run.role = "benchmark";
  run.parameters = name.parameters;
  run.label = first.label;
  run.threads = std::max(first.threads, name.threads);
  run.check = check_of(entries);
  for (const auto& entry : repetitions)
    run.repetitions.push_back({.wall_ns = total_ns(entry.real_s, entry.iterations),
                               .cpu_ns = total_ns(entry.cpu_s, entry.iterations),
                               .disturbance = {},
                               .iterations = entry.iterations});
  add_times(run, repetitions, middle);
  add_counters(run, repetitions, middle);
  add_items(run, repetitions, middle);
  return run;
}

Report report_of(const GoogleBenchmarkFile& file) {
  Report report;
  report.tool = {.name = "google-benchmark",
                 .version = file.library_version.empty() ? "of unknown version" : file.library_version,
                 .commit = {},
                 .compiler = {},
                 .flags = {},
                 .build_type = {}};
  if (!file.executable.empty()) report.command = {file.executable};
  report.created = utc_of(file.date);
  report.machine = machine_of(file);
  Entries entries = file.entries;
  std::erase_if(entries, is_fit);
  for (const auto& group : by_benchmark(entries)) {
    const auto& first = group.front();
    if (first.skipped.empty())
      report.runs.push_back(run_of(group));
    else
      report.warnings.push_back(fmt::format("{} was skipped: {}", first.name, first.skipped));
  }
  if (file.cpu_scaling.value_or(false))
    report.warnings.emplace_back("the clock was free to change (CPU frequency scaling was on)");
  return report;
}

}  // namespace hpct
