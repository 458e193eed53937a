// SPDX-License-Identifier: Apache-2.0
#include "collector/program.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>

#include "collector/child_process.h"
#include "collector/clock.h"
#include "collector/program_counters.h"
#include "collector/program_probe.h"
#include "collector/repetition.h"
#include "collector/run_assembly.h"
#include "collector/scheduling.h"
#include "reports/exit_status.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

std::int64_t to_ns(const timeval& time) {
  return (std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec) * 1000;
}

/// Our own resident bytes. What a child has of them between fork and exec, the kernel counts in the
/// peak of the child for good.
double floor_of_memory_peak(const Sentinel& sentinel) {
  std::ifstream status("/proc/self/status");
  double kilobytes = 0;
  for (std::string word; status >> word;)
    if (word == "VmRSS:" && status >> kilobytes) break;
  return kilobytes * 1024 - static_cast<double>(sentinel.resident_bytes());  // the child does not get that
}

/// Below the floor, and a little above it, the peak is ours and not the program's.
Value memory_peak(const rusage& usage, double floor) {
  constexpr double kMargin = 512.0 * 1024;
  const double peak = static_cast<double>(usage.ru_maxrss) * 1024;
  if (peak > floor + kMargin) return Value::of(peak, "B", Provenance::counted);
  return Value::missing(
      "B", MissingReason::not_found,
      fmt::format("at most {:.1f} MB: the kernel counts what hpct-prof itself had", peak / 1e6));
}

Value run_delay(const std::optional<ThreadScheduling>& first_thread, std::int64_t cpu_ns) {
  if (!first_thread) return Value::missing("s", MissingReason::not_found, "this kernel has no schedstat");
  return run_delay_value(*first_thread, cpu_ns);
}

Value count(long number) { return Value::of(static_cast<double>(number), "1", Provenance::counted); }

/// What the kernel counted for the child replaces what it counted for us.
void use_child_counts(const rusage& usage, const Value& peak, const Value& delay, Readings& readings) {
  for (auto& [name, value] : readings) {
    if (name == "faults.minor") value = count(usage.ru_minflt);
    if (name == "faults.major") value = count(usage.ru_majflt);
    if (name == "switches.voluntary") value = count(usage.ru_nvcsw);
    if (name == "switches.involuntary") value = count(usage.ru_nivcsw);
    if (name == "memory.peak") value = peak;
    if (name == "run_delay") value = delay;
    // The program's work is its own business: our counters of declared work saw nothing.
    if (name.starts_with("sde."))
      value = Value::missing(value.unit, MissingReason::not_declared, "the program declares no work to us");
  }
}

struct Finished {
  Sample sample;
  int exit_status = 0;
};

int status_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

struct Ended {
  int wait_status = 0;
  rusage usage{};
  std::int64_t end_ns = 0;
  std::optional<ThreadScheduling> first_thread;
};

using Probes = std::vector<std::unique_ptr<ProgramProbe>>;

Probes make_probes(RunnerOptions options, const std::string& program, const ProgramCounters& hardware) {
  options.program = program;
  options.sampling.spare_hardware = hardware.uses_hardware();
  Probes probes;
  for (const auto* info : all_program_probes())
    if (auto probe = info->make(options)) probes.push_back(std::move(probe));
  return probes;
}

/// Waits for the end, looks at what the kernel still knows, and only then lets it forget the process.
Ended wait_for(pid_t child, const Probes& probes) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  Ended ended;
  ended.end_ns = clock::monotonic_ns();
  ended.first_thread = scheduling_of(child);
  for (const auto& probe : probes) probe->ended(child);
  while (::wait4(child, &ended.wait_status, 0, &ended.usage) < 0 && errno == EINTR) {
  }
  return ended;
}

Check check_of(int exit_status) {
  return {.ok = exit_status == 0,
          .reference = "exit status 0",
          .message = exit_status == 0 ? "" : describe_exit(exit_status)};
}

/// The program from fork to its end, under the probes. `begin_ns` is when it was let go.
Expected<Ended> execute(const std::vector<std::string>& command, const Probes& probes,
                        ProgramCounters& hardware, int pass, std::int64_t& begin_ns) {
  ChildEnvironment environment;
  for (const auto& probe : probes) probe->prepare(environment);
  const auto child = start_child(command, environment, [&](pid_t started) {
    for (const auto& probe : probes) probe->attach(started);
    hardware.attach(started, pass);
    begin_ns = clock::monotonic_ns();
  });
  if (!child) return tl::unexpected(child.error());
  return wait_for(*child, probes);
}

Expected<Finished> run_once(const std::vector<std::string>& command, CounterSet& counters,
                            ProgramCounters& hardware, int repetition, const RunnerOptions& options,
                            Sentinel& sentinel, const GlancePlan& plan) {
  const auto probes = make_probes(options, command[0], hardware);
  const double floor = floor_of_memory_peak(sentinel);
  const int pass = repetition % hardware.passes();
  choose_pass(counters, repetition);
  const auto before = sentinel.look_before(plan);
  for (auto& source : counters.sources) source->start();
  auto begin_ns = clock::monotonic_ns();
  const auto child = execute(command, probes, hardware, pass, begin_ns);
  for (auto source = counters.sources.rbegin(); source != counters.sources.rend(); ++source)
    (*source)->stop();
  if (!child) return tl::unexpected(child.error());
  const auto& ended = *child;
  Finished finished;
  auto& sample = finished.sample;
  sample.pass = pass;
  sample.before = before;
  sample.after = sentinel.look_after(plan);
  sample.wall_ns = ended.end_ns - begin_ns;
  sample.cpu_ns = to_ns(ended.usage.ru_utime) + to_ns(ended.usage.ru_stime);
  for (auto& source : counters.sources)
    for (auto& reading : source->read()) sample.readings.push_back(std::move(reading));
  for (auto& reading : hardware.read()) sample.readings.push_back(std::move(reading));
  use_child_counts(ended.usage, memory_peak(ended.usage, floor), run_delay(ended.first_thread, sample.cpu_ns),
                   sample.readings);
  finished.exit_status = status_of(ended.wait_status);
  sample.check = check_of(finished.exit_status);
  for (const auto& probe : probes) probe->collect(sample);
  return finished;
}

RunnerStatus progress_of(const std::string& program, const std::vector<Sample>& samples,
                         std::int64_t begin_ns) {
  std::vector<double> seconds;
  for (const auto& sample : samples) seconds.push_back(static_cast<double>(sample.wall_ns) * 1e-9);
  return {.variant = program,
          .repetition = static_cast<int>(samples.size()),
          .median_s = median(seconds),
          .spread = 0,
          .elapsed_s = static_cast<double>(clock::monotonic_ns() - begin_ns) * 1e-9};
}

}  // namespace

Expected<MeasuredRun> measure_program(const std::vector<std::string>& command, CounterSet& counters,
                                      const RunnerOptions& options, RunnerObserver& observer) {
  if (command.empty() || command[0].empty()) return fail(ErrorCode::usage, "which program?");
  ProgramCounters hardware(options.counters);
  std::vector<Sample> samples;
  int exit_status = 0;
  Sentinel sentinel;
  constexpr double kUnknown =
      1;  // how long the first execution takes: most programs worth measuring are long
  const auto begin_ns = clock::monotonic_ns();
  const auto repetitions = static_cast<std::size_t>(std::max(1, options.min_repetitions));
  while (samples.size() < repetitions && exit_status == 0) {
    const double expected_s = samples.empty() ? kUnknown : static_cast<double>(samples.back().wall_ns) * 1e-9;
    auto finished = run_once(command, counters, hardware, static_cast<int>(samples.size()), options, sentinel,
                             glance_plan(expected_s));
    if (interrupt_requested()) {
      if (samples.empty()) return interrupted_too_early();
      break;  // what is complete was paid for in time
    }
    if (!finished) return tl::unexpected(finished.error());
    exit_status = finished->exit_status;
    samples.push_back(std::move(finished->sample));
    limit_events(samples, kMostKeptRecords);
    observer.measured(progress_of(command[0], samples, begin_ns));
  }
  const auto name = std::filesystem::path(command[0]).filename().string();
  const WorkloadInfo info{.name = name,
                          .summary = "",
                          .role = "program",
                          .item = "run",
                          .parameters = nullptr,
                          .variants = nullptr,
                          .make = nullptr};
  Settings settings;
  settings.parameters["command"] = fmt::format("{}", fmt::join(command, " "));
  const Variant variant{.name = "program", .summary = "", .isa = Isa::baseline, .parallel = false};
  auto result = assemble_run(info, variant, settings, samples, counters.missing);
  result.run.isa.clear();  // whatever the program chose
  result.run.exit_status = exit_status;
  result.run.check = samples.back().check;
  return result;
}

}  // namespace hpct
