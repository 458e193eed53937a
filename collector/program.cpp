// SPDX-License-Identifier: Apache-2.0
#include "collector/program.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include "collector/clock.h"
#include "collector/repetition.h"
#include "collector/run_assembly.h"
#include "reports/exit_status.h"
#include "collector/scheduling.h"
#include "reports/statistics.h"

namespace hpct {
namespace {

std::int64_t to_ns(const timeval& time) {
  return (std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec) * 1000;
}

/// Reads an exec's errno from `pipe`; 0 when the pipe closed without one, which is what a successful exec
/// does.
int exec_error_from(int pipe) {
  int error = 0;
  for (;;) {
    const auto got = ::read(pipe, &error, sizeof error);
    if (got < 0 && errno == EINTR) continue;
    return got == sizeof error ? error : 0;
  }
}

std::string_view hint_for(int exec_error) {
  if (exec_error == ENOENT) return "check the path; a program in this folder is ./program";
  if (exec_error == EACCES) return "it is a folder, or not executable: chmod +x makes it so";
  return "";
}

/// Starts the program. fork and not vfork or posix_spawn: with those the peak of memory would be at least
/// our own peak, with fork what is resident now.
Expected<pid_t> start(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::array<int, 2> report{};
  if (::pipe2(report.data(), O_CLOEXEC) != 0)
    return fail(ErrorCode::io, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  const pid_t child = ::fork();
  if (child == 0) {
    for (const int ignored_here : {SIGPIPE, SIGXFSZ}) std::signal(ignored_here, SIG_DFL);
    ::execvp(arguments[0], arguments.data());
    const int error = errno;
    [[maybe_unused]] const auto sent = ::write(report[1], &error, sizeof error);
    ::_exit(127);
  }
  const int error = child < 0 ? errno : 0;
  ::close(report[1]);
  const int exec_error = child < 0 ? error : exec_error_from(report[0]);
  ::close(report[0]);
  if (exec_error == 0) return child;
  while (child > 0 && ::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return fail(ErrorCode::usage, fmt::format("cannot start {}: {}", command[0], std::strerror(exec_error)),
              std::string(hint_for(exec_error)));
}

/// Our own resident bytes. What a child has of them between fork and exec, the kernel counts in the
/// peak of the child for good.
double floor_of_memory_peak() {
  std::ifstream status("/proc/self/status");
  double kilobytes = 0;
  for (std::string word; status >> word;)
    if (word == "VmRSS:" && status >> kilobytes) break;
  return kilobytes * 1024;
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

/// Waits for the end, looks at what the kernel still knows, and only then lets it forget the process.
Ended wait_for(pid_t child) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  Ended ended;
  ended.end_ns = clock::monotonic_ns();
  ended.first_thread = scheduling_of(child);
  while (::wait4(child, &ended.wait_status, 0, &ended.usage) < 0 && errno == EINTR) {
  }
  return ended;
}

Check check_of(int exit_status) {
  return {.ok = exit_status == 0,
          .reference = "exit status 0",
          .message = exit_status == 0 ? "" : describe_exit(exit_status)};
}

Expected<Finished> run_once(const std::vector<std::string>& command, CounterSet& counters) {
  const double floor = floor_of_memory_peak();
  for (auto& source : counters.sources) source->start();
  const auto begin_ns = clock::monotonic_ns();
  const auto child = start(command);
  const auto ended = child ? wait_for(*child) : Ended{};
  for (auto source = counters.sources.rbegin(); source != counters.sources.rend(); ++source)
    (*source)->stop();
  if (!child) return tl::unexpected(child.error());
  Finished finished;
  auto& sample = finished.sample;
  sample.wall_ns = ended.end_ns - begin_ns;
  sample.cpu_ns = to_ns(ended.usage.ru_utime) + to_ns(ended.usage.ru_stime);
  for (auto& source : counters.sources)
    for (auto& reading : source->read()) sample.readings.push_back(std::move(reading));
  use_child_counts(ended.usage, memory_peak(ended.usage, floor), run_delay(ended.first_thread, sample.cpu_ns),
                   sample.readings);
  finished.exit_status = status_of(ended.wait_status);
  sample.check = check_of(finished.exit_status);
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
  std::vector<Sample> samples;
  int exit_status = 0;
  const auto begin_ns = clock::monotonic_ns();
  const auto repetitions = static_cast<std::size_t>(std::max(1, options.min_repetitions));
  while (samples.size() < repetitions && exit_status == 0) {
    auto finished = run_once(command, counters);
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted; nothing was written");
    if (!finished) return tl::unexpected(finished.error());
    exit_status = finished->exit_status;
    samples.push_back(std::move(finished->sample));
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
