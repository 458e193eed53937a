// SPDX-License-Identifier: Apache-2.0
// What is behind hpct/benchmark.h: counters around the loops of a Google Benchmark suite, and its report.
// Google Benchmark's own header stays out of here: see there.
#include <fmt/format.h>
#include <hpct/benchmark_session.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

#include "collector/clock.h"
#include "collector/machine.h"
#include "collector/repetition.h"
#include "collector/runner.h"
#include "reports/file_io.h"
#include "reports/google_benchmark.h"
#include "reports/report_io.h"
#include "reports/statistics.h"

namespace hpct::gbench {
namespace {

/// The counts of one loop over `rounds` rounds on each of `threads` threads.
struct Loop {
  std::int64_t rounds = 0;
  int threads = 1;
  Readings readings;

  /// Versions of Google Benchmark differ in whether a result counts the rounds of all threads.
  [[nodiscard]] bool belongs_to(std::int64_t iterations) const {
    return iterations == rounds || iterations == rounds * threads;
  }
};

struct Session {
  std::filesystem::path file;
  std::vector<std::string> command;
  CounterSet counters;
  bool interleaved = false;
  bool counting = false;
  std::vector<Loop> loops;  ///< since results came last
  GoogleBenchmarkFile results;
  std::map<std::string, std::vector<Loop>> counted;  ///< by benchmark, one per repetition
};

std::unique_ptr<Session> session;

bool switched_on(std::string_view value) {
  return !value.empty() && value != "0" && value != "false" && value != "no";
}

/// Repetitions of several benchmarks taking turns cannot be told apart from outside.
bool wants_interleaving(int argc, char** argv) {
  constexpr std::string_view kFlag = "--benchmark_enable_random_interleaving";
  const char* const variable = std::getenv("BENCHMARK_ENABLE_RANDOM_INTERLEAVING");
  bool wanted = variable != nullptr && switched_on(variable);
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == kFlag) wanted = true;
    if (word.starts_with(kFlag) && word.substr(kFlag.size()).starts_with("="))
      wanted = switched_on(word.substr(kFlag.size() + 1));
  }
  return wanted;
}

/// Takes --hpct_out=FILE out; the last one counts.
std::optional<std::string> take_file(int& argc, char** argv) {
  constexpr std::string_view kFlag = "--hpct_out=";
  std::optional<std::string> file;
  if (const char* const variable = std::getenv("HPCT_BENCHMARK_OUT");
      variable != nullptr && *variable != '\0')
    file = variable;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with(kFlag))
      file = std::string(word.substr(kFlag.size()));
    else
      argv[kept++] = argv[i];
  }
  argc = std::min(argc, kept);
  argv[argc] = nullptr;
  return file;
}

std::string text_of(const Error& error) {
  return "hpct: " + error.message + (error.hint.empty() ? "" : "\n  " + error.hint);
}

/// Found out now and not after minutes of benchmarks.
Expected<void> check_writable(const std::filesystem::path& file) {
  if (file.empty()) return fail(ErrorCode::usage, "--hpct_out= needs a file", "--hpct_out=NAME.hpct.json");
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const auto probe = folder / fmt::format(".hpct-probe-{}", ::getpid());
  if (auto written = write_file_atomically(probe, ""); !written) return written;
  std::error_code ignored;
  std::filesystem::remove(probe, ignored);
  return {};
}

/// A size or a share is what it is; everything else is a sum over the rounds.
bool is_sum(std::string_view name, const Value& value) { return value.unit != "%" && name != "memory.peak"; }

/// The counter over the repetitions, per round where it is a sum.
Value counter_value(const std::vector<Loop>& loops, const std::vector<std::int64_t>& iterations,
                    std::size_t index) {
  std::vector<double> numbers;
  const auto& [name, first] = loops.front().readings[index];
  auto provenance = first.provenance;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    const auto& value = loops[i].readings.at(index).second;
    if (says_nothing(value)) continue;
    if (!value.known()) return value;
    numbers.push_back(*value.number / (is_sum(name, value) ? static_cast<double>(iterations[i]) : 1));
    provenance = weakest(provenance, value.provenance);
  }
  if (numbers.empty()) return first;
  auto value = median_value(numbers, first.unit, provenance);
  if (is_sum(name, first)) value.formula = "sum over the loop / iterations";
  value.detail = first.detail;
  return value;
}

void add_counters(Run& run, const std::vector<Loop>& loops) {
  std::vector<std::int64_t> iterations;
  for (std::size_t i = 0; i < loops.size(); ++i) {
    run.repetitions[i].disturbance = disturbance_of(loops[i].readings);
    iterations.push_back(run.repetitions[i].iterations.value_or(1));
  }
  for (std::size_t i = 0; i < loops.front().readings.size(); ++i)
    run.values[loops.front().readings[i].first] = counter_value(loops, iterations, i);
}

/// All counters of the open sources, missing for the reason that fits.
void add_missing_counters(Run& run) {
  const auto* const why = session->interleaved ? "repetitions of several benchmarks took turns"
                                               : "the loop of this benchmark was not seen";
  for (const auto& source : all_counter_sources())
    for (const auto& counter : source->counters())
      run.values.emplace(counter.name, Value::missing(counter.unit, MissingReason::not_found, why));
}

void add_counters(Run& run, const std::string& name) {
  for (const auto& [counter, value] : session->counters.missing) run.values[counter] = value;
  const auto at = session->counted.find(name);
  const auto alike = [&](const Loop& loop) {
    return loop.readings.size() == at->second.front().readings.size();
  };
  const bool complete = at != session->counted.end() && !at->second.empty() &&
                        at->second.size() == run.repetitions.size() &&
                        std::all_of(at->second.begin(), at->second.end(), alike);
  complete ? add_counters(run, at->second) : add_missing_counters(run);
}

Report make_report() {
  auto report = report_of(session->results);
  report.tool = describe_tool();
  report.command = session->command;
  report.created = clock::utc_text();
  report.source = describe_source(std::filesystem::current_path());
  report.machine = describe_machine();
  for (auto& run : report.runs)
    add_counters(run, run.variant.empty() ? run.workload : run.workload + "/" + run.variant);
  return report;
}

GoogleBenchmarkEntry entry_of(const Result& result) {
  return {.name = result.name,
          .aggregate = result.aggregate,
          .label = result.label,
          .error = result.error,
          .skipped = result.skipped,
          .iterations = std::max<std::int64_t>(1, result.iterations),
          .threads = std::max(1, result.threads),
          .real_s = result.real_s,
          .cpu_s = result.cpu_s,
          .counters = {result.counters.begin(), result.counters.end()}};
}

}  // namespace

std::string start(int& argc, char** argv) {
  session.reset();
  std::vector<std::string> command(argv, argv + argc);
  if (std::find(command.begin(), command.end(), "--help") != command.end())
    fmt::print("--hpct_out=<file.hpct.json>: write a report for hpct-prof too ($HPCT_BENCHMARK_OUT)\n\n");
  const auto file = take_file(argc, argv);
  if (!file) return {};
  if (const auto writable = check_writable(*file); !writable) return text_of(writable.error());
  session = std::make_unique<Session>();
  session->file = *file;
  session->command = std::move(command);
  session->interleaved = wants_interleaving(argc, argv);
  session->counters = open_counters();
  return {};
}

void loop_begins(std::int64_t rounds, int threads) noexcept {
  if (!session || session->interleaved) return;
  loop_ends();  // a loop left by break after SkipWithError has no end of its own
  const auto alike = [rounds](const Loop& loop) { return loop.rounds == rounds; };  // repetitions so far
  choose_pass(session->counters,
              static_cast<int>(std::count_if(session->loops.begin(), session->loops.end(), alike)));
  session->loops.push_back({.rounds = rounds, .threads = threads, .readings = {}});
  session->counting = true;
  for (auto& source : session->counters.sources) source->start();
}

void loop_ends() noexcept {
  if (!session || !session->counting) return;
  auto& sources = session->counters.sources;
  for (auto source = sources.rbegin(); source != sources.rend(); ++source) (*source)->stop();
  session->counting = false;
  for (auto& source : sources)
    for (auto& reading : source->read()) session->loops.back().readings.push_back(std::move(reading));
}

/// The loops of the repetitions are the last with their number of rounds: those before searched for it.
void add(const std::vector<Result>& results) {
  if (!session) return;
  loop_ends();
  std::vector<Loop> found;
  auto loop = session->loops.rbegin();
  for (auto result = results.rbegin(); result != results.rend(); ++result) {
    if (!result->aggregate.empty() || !result->error.empty() || !result->skipped.empty()) continue;
    const auto belongs = [&](const Loop& candidate) { return candidate.belongs_to(result->iterations); };
    loop = std::find_if(loop, session->loops.rend(), belongs);
    if (loop == session->loops.rend()) break;
    found.push_back(std::move(*loop++));
  }
  std::reverse(found.begin(), found.end());
  if (!found.empty()) session->counted[results.front().name] = std::move(found);
  for (const auto& result : results) session->results.entries.push_back(entry_of(result));
  session->loops.clear();
}

std::string finish() {
  if (!session) return {};
  std::string problem;
  if (session->results.entries.empty())
    problem = fmt::format("hpct: no benchmark ran, so {} was not written", session->file.string());
  else if (const auto written = write_report(make_report(), session->file); !written)
    problem = text_of(written.error());
  session.reset();
  return problem;
}

}  // namespace hpct::gbench
