// SPDX-License-Identifier: Apache-2.0
#include "collector/program.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "collector/clock.h"
#include "collector/repetition.h"
#include "collector/run_assembly.h"

namespace hpct {
namespace {

std::int64_t to_ns(const timeval& time) {
  return (std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec) * 1000;
}

/// Starts the program. An exec that fails reports its errno through a pipe that a successful exec closes.
Expected<pid_t> start(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::array<int, 2> report{};
  if (::pipe2(report.data(), O_CLOEXEC) != 0)
    return fail(ErrorCode::io, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGPIPE, SIG_DFL);  // we ignore it; the program must not inherit that
    ::execvp(arguments[0], arguments.data());
    const int error = errno;
    [[maybe_unused]] const auto sent = ::write(report[1], &error, sizeof error);
    ::_exit(127);
  }
  ::close(report[1]);
  int error = child < 0 ? errno : 0;
  if (child > 0 && ::read(report[0], &error, sizeof error) != sizeof error) error = 0;
  ::close(report[0]);
  if (error == 0) return child;
  if (child > 0) ::waitpid(child, nullptr, 0);
  return fail(ErrorCode::usage, fmt::format("cannot start {}: {}", command[0], std::strerror(error)),
              error == ENOENT ? "check the path; a program in this folder is ./program" : "");
}

/// Time the finished but not yet reaped child's main thread waited for a core.
Value run_delay_of(pid_t child) {
  const auto path = fmt::format("/proc/{}/schedstat", child);
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "r"), std::fclose);
  long long on_cpu = 0;
  long long waiting = 0;
  if (!file || std::fscanf(file.get(), "%lld %lld", &on_cpu, &waiting) != 2)
    return Value::missing("s", MissingReason::not_found, "this kernel has no schedstat");
  return Value::of(static_cast<double>(waiting) * 1e-9, "s", Provenance::counted);
}

Value count(long number) { return Value::of(static_cast<double>(number), "1", Provenance::counted); }

/// What the kernel counted for the child replaces what it counted for us.
void use_child_counts(const rusage& usage, Value run_delay, Readings& readings) {
  for (auto& [name, value] : readings) {
    if (name == "faults.minor") value = count(usage.ru_minflt);
    if (name == "faults.major") value = count(usage.ru_majflt);
    if (name == "switches.voluntary") value = count(usage.ru_nvcsw);
    if (name == "switches.involuntary") value = count(usage.ru_nivcsw);
    if (name == "memory.peak")
      value = Value::of(static_cast<double>(usage.ru_maxrss) * 1024, "B", Provenance::counted);
    if (name == "run_delay") value = run_delay;
    // The program's work is its own business: our counters of declared work saw nothing.
    if (name.starts_with("sde."))
      value = Value::missing("1", MissingReason::not_declared, "the program declares no work to us");
  }
}

struct Finished {
  Sample sample;
  int exit_status = 0;
};

int status_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

Expected<Finished> run_once(const std::vector<std::string>& command, CounterSet& counters) {
  Finished finished;
  auto& sample = finished.sample;
  for (auto& source : counters.sources) source->start();
  const auto begin = clock::monotonic_ns();
  const auto child = start(command);
  if (!child) return tl::unexpected(child.error());
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(*child), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  sample.wall_ns = clock::monotonic_ns() - begin;
  for (auto& source : counters.sources) source->stop();
  const auto run_delay = run_delay_of(*child);
  rusage usage{};
  int wait_status = 0;
  ::wait4(*child, &wait_status, 0, &usage);
  sample.cpu_ns = to_ns(usage.ru_utime) + to_ns(usage.ru_stime);
  for (auto& source : counters.sources)
    for (auto& reading : source->read()) sample.readings.push_back(std::move(reading));
  use_child_counts(usage, run_delay, sample.readings);
  finished.exit_status = status_of(wait_status);
  sample.check = {
      .ok = finished.exit_status == 0,
      .reference = "exit status 0",
      .message = finished.exit_status == 0 ? "" : fmt::format("exit status {}", finished.exit_status)};
  return finished;
}

}  // namespace

Expected<MeasuredRun> measure_program(const std::vector<std::string>& command, CounterSet& counters,
                                      const RunnerOptions& options, RunnerObserver& observer) {
  std::vector<Sample> samples;
  int exit_status = 0;
  const auto begin = clock::monotonic_ns();
  while (static_cast<int>(samples.size()) < options.min_repetitions && exit_status == 0) {
    auto finished = run_once(command, counters);
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted; nothing was written");
    if (!finished) return tl::unexpected(finished.error());
    exit_status = finished->exit_status;
    samples.push_back(std::move(finished->sample));
    observer.measured({.variant = command[0],
                       .repetition = static_cast<int>(samples.size()),
                       .median_s = static_cast<double>(samples.back().wall_ns) * 1e-9,
                       .spread = 0,
                       .elapsed_s = static_cast<double>(clock::monotonic_ns() - begin) * 1e-9});
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
