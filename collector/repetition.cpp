// SPDX-License-Identifier: Apache-2.0
#include "collector/repetition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>

#include "collector/clock.h"
#include "collector/scheduling.h"
#include "collector/work_counters.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

/// A workload that lets an exception out (no memory, no more threads) fails like any other.
Expected<void> run_workload(Workload& workload, const Variant& variant) {
  try {
    return workload.run(variant);
  } catch (const std::exception& error) {
    return fail(ErrorCode::failed, fmt::format("{} failed: {}", variant.name, error.what()));
  }
}

std::int64_t cpu_from_now_on(const TaskFolder& tasks) {
  tasks.update_clocks();
  return clock::process_cpu_ns();
}

/// Without what asking costs.
std::int64_t cpu_until_now(const TaskFolder& tasks) {
  const auto before = clock::thread_cpu_ns();
  tasks.update_clocks();
  const auto all = clock::process_cpu_ns();
  return all - (clock::thread_cpu_ns() - before);
}

/// The measured call and nothing else: no allocation, no lock and no output of ours inside.
Expected<void> timed_run(Workload& workload, const Variant& variant, CounterSet& counters, Sample& sample) {
  const TaskFolder tasks;
  recorder::start();  // first: it may calibrate the clock, which must not be counted
  for (auto& source : counters.sources) source->start();
  if (counters.sampler) counters.sampler->start();
  sample.origin = clock::now();
  const auto cpu_before = cpu_from_now_on(tasks);
  const auto wall_before = clock::monotonic_ns();
  auto result = run_workload(workload, variant);
  sample.wall_ns = clock::monotonic_ns() - wall_before;
  sample.cpu_ns = cpu_until_now(tasks) - cpu_before;
  if (counters.sampler) counters.sampler->stop();
  for (auto source = counters.sources.rbegin(); source != counters.sources.rend(); ++source)
    (*source)->stop();
  recorder::stop();
  return result;
}

std::int64_t count(const Readings& readings, std::string_view name) {
  for (const auto& [key, value] : readings)
    if (key == name && value.known()) return std::llround(*value.number);
  return 0;
}

/// The sentinel's memory is in the process all the time, but it is not the workload's.
void leave_out(const Sentinel& sentinel, Readings& readings) {
  for (auto& [name, value] : readings)
    if (name == "memory.peak" && value.known())
      *value.number -= static_cast<double>(sentinel.resident_bytes());
}

}  // namespace

std::size_t events_in(const Sample& sample) {
  std::size_t sum = 0;
  for (const auto& thread : sample.recording.threads) sum += thread.records.size();
  return sum;
}

void forget_events(Sample& sample) {
  for (auto& thread : sample.recording.threads) thread.records = {};
}

void limit_events(std::vector<Sample>& samples, std::size_t most) {
  std::size_t total = 0;
  std::vector<double> walls;
  std::vector<Sample*> atypical;
  for (auto& sample : samples) {
    total += events_in(sample);
    walls.push_back(static_cast<double>(sample.wall_ns));
    atypical.push_back(&sample);
  }
  if (total <= most) return;
  const double middle = median(walls);
  const auto distance = [middle](const Sample* s) {
    return std::abs(static_cast<double>(s->wall_ns) - middle);
  };
  std::sort(atypical.begin(), atypical.end(),
            [&](const Sample* a, const Sample* b) { return distance(a) > distance(b); });
  atypical.pop_back();  // one stays, however large it is
  for (auto* sample : atypical) {
    if (total <= most) return;
    total -= events_in(*sample);
    forget_events(*sample);
  }
}

int passes_of(const CounterSet& counters) {
  int passes = 1;
  for (const auto& source : counters.sources) passes = std::max(passes, source->passes());
  return passes;
}

void choose_pass(CounterSet& counters, int pass) {
  for (auto& source : counters.sources) source->choose_pass(pass % source->passes());
}

Expected<Sample> measure_once(Workload& workload, const Variant& variant, CounterSet& counters, int pass,
                              Sentinel& sentinel, const GlancePlan& plan) {
  Sample sample;
  sample.pass = pass;
  choose_pass(counters, pass);
  sample.before = sentinel.look_before(plan);
  workload.warm(variant);
  auto finished = timed_run(workload, variant, counters, sample);
  sample.after = sentinel.look_after(plan);
  sample.recording = recorder::take();
  if (interrupt_requested())  // before the result is judged: an interrupted run may be unfinished
    return interrupted_too_early();
  if (!finished) return tl::unexpected(finished.error());
  auto check = workload.verify(variant);
  if (interrupt_requested()) return interrupted_too_early();  // verifying may have stopped half-way as well
  if (!check) return tl::unexpected(check.error());
  if (!check->ok)
    return fail(ErrorCode::wrong_result,
                fmt::format("{} computed a wrong result: {}", variant.name, check->message),
                "its time means nothing and is not reported; reference: " + check->reference);
  sample.check = std::move(*check);
  sample.work = workload.work(variant);
  publish_work(sample.work.total);
  for (auto& source : counters.sources)
    for (auto& reading : source->read()) sample.readings.push_back(std::move(reading));
  leave_out(sentinel, sample.readings);
  if (counters.sampler) counters.sampler->collect(sample);
  sample.regions = summarize(sample.recording);
  if (!sample.regions.empty()) sample.region_cost = region_cost();
  return sample;
}

bool says_nothing(const Value& value) {
  return !value.known() && value.reason == MissingReason::not_scheduled;
}

Disturbance disturbance_of(const Readings& readings) {
  Disturbance disturbance;
  disturbance.involuntary_switches = count(readings, "switches.involuntary");
  disturbance.voluntary_switches = count(readings, "switches.voluntary");
  disturbance.major_faults = count(readings, "faults.major");
  disturbance.minor_faults = count(readings, "faults.minor");
  for (const auto& [name, value] : readings)
    if (name == "run_delay" && value.known()) disturbance.run_delay_ns = std::llround(*value.number * 1e9);
  return disturbance;
}

}  // namespace hpct
