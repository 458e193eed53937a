// SPDX-License-Identifier: Apache-2.0
#include "collector/run_assembly.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "collector/disturbance.h"
#include "collector/pass_agreement.h"
#include "collector/sampling/run_profile.h"
#include "collector/settings.h"
#include "collector/thread_watch.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

constexpr double kSecondsPerNs = 1e-9;
constexpr std::size_t kListedThreads = 100;

template <class Field>
std::vector<double> column(const std::vector<Sample>& samples, Field field) {
  std::vector<double> numbers;
  numbers.reserve(samples.size());
  for (const auto& sample : samples) numbers.push_back(static_cast<double>(field(sample)));
  return numbers;
}

/// The repetition to show: of those whose events were kept (all, or none, or some when there were too many
/// events) the one whose wall time is nearest to the median of all.
const Sample& shown_sample(const std::vector<Sample>& samples) {
  const double middle = median(column(samples, [](const Sample& s) { return s.wall_ns; }));
  const auto rank = [&](const Sample& sample) {
    return std::pair(events_in(sample) == 0, std::abs(static_cast<double>(sample.wall_ns) - middle));
  };
  return *std::min_element(samples.begin(), samples.end(),
                           [&](const Sample& a, const Sample& b) { return rank(a) < rank(b); });
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

const Value* find(const Readings& readings, std::string_view name) {
  for (const auto& [key, value] : readings)
    if (key == name) return &value;
  return nullptr;
}

/// One counter over the repetitions that counted it; missing as soon as one of them lacks it.
Value counter_value(const std::vector<Sample>& samples, const std::string& name, const Value& first) {
  std::vector<double> numbers;
  Value shown = first;
  for (const auto& sample : samples) {
    const auto* value = find(sample.readings, name);
    if (value == nullptr)
      return Value::missing(first.unit, MissingReason::not_found, "not read in every repetition");
    if (says_nothing(*value)) continue;
    if (!value->known()) return *value;
    if (numbers.empty()) shown = *value;
    numbers.push_back(*value->number);
    shown.provenance = weakest(shown.provenance, value->provenance);
    if (value->running_share)
      shown.running_share = std::min(*value->running_share, shown.running_share.value_or(1));
  }
  if (numbers.empty()) return first;
  const auto middle = median_value(numbers, shown.unit, shown.provenance);
  shown.number = middle.number;
  shown.interval = middle.interval;
  return shown;
}

void add_counters(const std::vector<Sample>& samples, const Readings& missing, ValueMap& values) {
  for (const auto& [name, value] : missing) values[name] = value;
  for (const auto& [name, value] : samples.front().readings)
    values[name] = counter_value(samples, name, value);
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
  region.min_ns = totals.min_ns;
  region.max_ns = totals.max_ns;
  region.histogram = totals.histogram;
  region.file = totals.file;
  region.line = totals.line;
  for (const auto& sample : samples) region.samples_ns.push_back(elapsed_in(sample, path));
  const auto seconds = column(
      samples, [&](const Sample& s) { return static_cast<double>(elapsed_in(s, path)) * kSecondsPerNs; });
  region.values["time.wall"] = median_value(seconds, "s", Provenance::measured);
  region.values["time.total"] =
      Value::of(static_cast<double>(totals.total_ns) * kSecondsPerNs, "s", Provenance::measured);
  if (totals.work > 0)
    region.values["payload"] = Value::of(static_cast<double>(totals.work), "1", Provenance::counted);
  const auto work = shown.work.regions.find(path);
  const auto declared_work = work == shown.work.regions.end() ? Work{} : work->second;
  add_work(declared_work, item, region.values);
  region.precision = declared_work.precision;
  return region;
}

Repetition repetition_of(const Sample& sample, int threads) {
  Repetition repetition{sample.wall_ns, sample.cpu_ns, disturbance_of(sample.readings)};
  add_glances(sample.before, sample.after, sample.wall_ns, sample.cpu_ns, repetition.disturbance);
  repetition.disturbance.verdict = verdict_of(repetition, threads);
  return repetition;
}

/// What any sample warned of, once, and where the passes of the counters disagree.
std::vector<std::string> warnings_of(const std::vector<Sample>& samples) {
  auto warnings = pass_disagreements(samples);
  for (const auto& sample : samples)
    for (const auto& warning : sample.warnings)
      if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(warning);
  return warnings;
}

/// Without those that the run did not read. Programs have none.
decltype(Run::parameters) reported_parameters(const WorkloadInfo& info, const Settings& settings) {
  auto reported = settings.parameters;
  if (info.parameters == nullptr) return reported;
  for (const auto& parameter : info.parameters())
    if (means_nothing(parameter, settings.parameters)) reported.erase(parameter.name);
  return reported;
}

}  // namespace

MeasuredRun assemble_run(const WorkloadInfo& info, const Variant& variant, const Settings& settings,
                         const std::vector<Sample>& samples, const Readings& missing) {
  const auto& shown = shown_sample(samples);
  MeasuredRun result;
  auto& run = result.run;
  run.workload = info.name;
  run.variant = variant.name;
  run.role = info.role;
  run.item = info.item;
  run.isa = name_of(variant.isa);
  run.aside = variant.aside;
  run.summary = variant.summary;
  run.parameters = reported_parameters(info, settings);
  run.threads = variant.parallel ? settings.threads : 1;
  run.check = shown.check;
  for (const auto& sample : samples) run.repetitions.push_back(repetition_of(sample, run.threads));
  run.values["time.wall"] = median_value(
      column(samples, [](const Sample& s) { return static_cast<double>(s.wall_ns) * kSecondsPerNs; }), "s",
      Provenance::measured);
  run.values["time.cpu"] = median_value(
      column(samples, [](const Sample& s) { return static_cast<double>(s.cpu_ns) * kSecondsPerNs; }), "s",
      Provenance::measured);
  add_work(shown.work.total, run.item, run.values);
  run.precision = shown.work.total.precision;
  for (const auto& [name, value] : shown.work.facts) {
    run.values[name] = value;
    if (run.role != "ceiling") run.facts.push_back(name);  // those of a ceiling describe the roof
  }
  add_counters(samples, missing, run.values);
  for (const auto& entry : shown.regions)
    run.regions.push_back(assemble_region(entry.first, samples, shown, run.item));
  if (!shown.regions.empty() && shown.region_cost.pair_ns > 0)
    run.instrumentation = instrumentation_of(shown.regions, shown.region_cost, shown.wall_ns);
  add_profile(samples, result);
  run.thread_usage = busiest(samples.back().threads, kListedThreads);
  result.warnings = warnings_of(samples);
  result.timeline = timeline_of(shown.recording, shown.origin);
  result.timeline.workload = run.workload;
  result.timeline.variant = run.variant;
  return result;
}

}  // namespace hpct
