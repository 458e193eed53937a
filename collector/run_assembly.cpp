// SPDX-License-Identifier: Apache-2.0
#include "collector/run_assembly.h"

#include <algorithm>
#include <cmath>

#include "reports/statistics.h"

namespace hpct {
namespace {

constexpr double kSecondsPerNs = 1e-9;

template <class Field>
std::vector<double> column(const std::vector<Sample>& samples, Field field) {
  std::vector<double> numbers;
  numbers.reserve(samples.size());
  for (const auto& sample : samples) numbers.push_back(static_cast<double>(field(sample)));
  return numbers;
}

const Sample& nearest_to_median(const std::vector<Sample>& samples) {
  const double middle = median(column(samples, [](const Sample& s) { return s.wall_ns; }));
  return *std::min_element(samples.begin(), samples.end(), [&](const Sample& a, const Sample& b) {
    return std::abs(static_cast<double>(a.wall_ns) - middle) <
           std::abs(static_cast<double>(b.wall_ns) - middle);
  });
}

Value declared(const std::optional<Quantity>& quantity, const std::string& unit) {
  if (!quantity) return Value::missing(unit, MissingReason::not_declared, "the workload does not declare it");
  return Value::of(quantity->amount, unit, quantity->provenance, quantity->formula);
}

void add_work(const Work& work, const std::string& item, ValueMap& values) {
  values["work.flops"] = declared(work.flops, "flop");
  values["work.bytes_read"] = declared(work.bytes_read, "B");
  values["work.bytes_written"] = declared(work.bytes_written, "B");
  values["work.items"] = declared(work.items, item);
}

/// One counter over all repetitions; missing as soon as one repetition lacks it.
Value counter_value(const std::vector<Sample>& samples, std::size_t index) {
  const auto& first = samples.front().readings[index].second;
  std::vector<double> numbers;
  for (const auto& sample : samples) {
    const auto& value = sample.readings[index].second;
    if (!value.known()) return value;
    numbers.push_back(*value.number);
  }
  return median_value(numbers, first.unit, first.provenance);
}

void add_counters(const std::vector<Sample>& samples, const Readings& missing, ValueMap& values) {
  for (const auto& [name, value] : missing) values[name] = value;
  for (std::size_t i = 0; i < samples.front().readings.size(); ++i)
    values[samples.front().readings[i].first] = counter_value(samples, i);
}

std::int64_t elapsed_in(const Sample& sample, const std::string& path) {
  const auto at = sample.regions.find(path);
  return at == sample.regions.end() ? 0 : at->second.elapsed_ns;
}

Region assemble_region(const std::string& path, const std::vector<Sample>& samples, const Sample& shown,
                       const std::string& item) {
  const auto& totals = shown.regions.at(path);
  Region region;
  region.path = path;
  region.calls = totals.calls;
  region.threads = totals.threads;
  for (const auto& sample : samples) region.samples_ns.push_back(elapsed_in(sample, path));
  const auto seconds = column(
      samples, [&](const Sample& s) { return static_cast<double>(elapsed_in(s, path)) * kSecondsPerNs; });
  region.values["time.wall"] = median_value(seconds, "s", Provenance::measured);
  region.values["time.total"] =
      Value::of(static_cast<double>(totals.total_ns) * kSecondsPerNs, "s", Provenance::measured);
  if (totals.work > 0)
    region.values["payload"] = Value::of(static_cast<double>(totals.work), "1", Provenance::counted);
  const auto work = shown.work.regions.find(path);
  add_work(work == shown.work.regions.end() ? Work{} : work->second, item, region.values);
  return region;
}

}  // namespace

Value median_value(const std::vector<double>& numbers, const std::string& unit, Provenance provenance) {
  auto value = Value::of(median(numbers), unit, provenance);
  value.interval = median_interval(numbers);
  return value;
}

MeasuredRun assemble_run(const WorkloadInfo& info, const Variant& variant, const Settings& settings,
                         const std::vector<Sample>& samples, const Readings& missing) {
  const auto& shown = nearest_to_median(samples);
  MeasuredRun result;
  auto& run = result.run;
  run.workload = info.name;
  run.variant = variant.name;
  run.role = info.role;
  run.item = info.item;
  run.isa = name_of(variant.isa);
  run.parameters = settings.parameters;
  run.threads = variant.parallel ? settings.threads : 1;
  run.check = shown.check;
  for (const auto& sample : samples)
    run.repetitions.push_back({sample.wall_ns, sample.cpu_ns, disturbance_of(sample.readings)});
  run.values["time.wall"] = median_value(
      column(samples, [](const Sample& s) { return static_cast<double>(s.wall_ns) * kSecondsPerNs; }), "s",
      Provenance::measured);
  run.values["time.cpu"] = median_value(
      column(samples, [](const Sample& s) { return static_cast<double>(s.cpu_ns) * kSecondsPerNs; }), "s",
      Provenance::measured);
  add_work(shown.work.total, run.item, run.values);
  add_counters(samples, missing, run.values);
  for (const auto& entry : shown.regions)
    run.regions.push_back(assemble_region(entry.first, samples, shown, run.item));
  result.timeline = timeline_of(shown.records, shown.origin);
  result.timeline.workload = run.workload;
  result.timeline.variant = run.variant;
  return result;
}

}  // namespace hpct
