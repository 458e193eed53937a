// SPDX-License-Identifier: Apache-2.0
// hpct reports from your own Google Benchmark suite (version 1.7 or newer): HPCT_BENCHMARK_MAIN(); in the
// place of BENCHMARK_MAIN();, link with hpct::gbench, run with --hpct_out=FILE.hpct.json. Everything else
// stays as it is. Needs C++17 and a linker that knows --wrap (GNU ld, gold, lld, mold).
#pragma once

#include <benchmark/benchmark.h>
#include <hpct/benchmark_session.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace hpct {

namespace gbench {

// Versions up to 1.7 know errors only, later ones also skip without an error (1: message, 2: error).
template <class Run>
auto copy_failure(const Run& run, Result& result, int) -> decltype(run.error_occurred, void()) {
  if (run.error_occurred) result.error = run.error_message.empty() ? "no reason given" : run.error_message;
}
template <class Run>
auto copy_failure(const Run& run, Result& result, long) -> decltype(run.skipped, void()) {
  const auto why = run.skip_message.empty() ? std::string("no reason given") : run.skip_message;
  if (static_cast<int>(run.skipped) == 1) result.skipped = why;
  if (static_cast<int>(run.skipped) == 2) result.error = why;
}

inline Result result_of(const ::benchmark::BenchmarkReporter::Run& run) {
  Result result;
  result.name = run.run_name.str();
  if (run.run_type == ::benchmark::BenchmarkReporter::Run::RT_Aggregate)
    result.aggregate = run.aggregate_name;
  if (run.report_big_o) result.aggregate = "BigO";
  if (run.report_rms) result.aggregate = "RMS";
  result.label = run.report_label;
  copy_failure(run, result, 0);
  result.iterations = static_cast<std::int64_t>(run.iterations);
  result.threads = static_cast<int>(run.threads);
  const double per_second = ::benchmark::GetTimeUnitMultiplier(run.time_unit);
  result.real_s = run.GetAdjustedRealTime() / per_second;
  result.cpu_s = run.GetAdjustedCPUTime() / per_second;
  for (const auto& counter : run.counters) result.counters[counter.first] = counter.second.value;
  return result;
}

}  // namespace gbench

/// Shows what is shown without it (--benchmark_format included) and notes it for the report.
class BenchmarkReporter : public ::benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override { return shown_->ReportContext(context); }
  void ReportRuns(const std::vector<Run>& runs) override {
    shown_->ReportRuns(runs);
    std::vector<gbench::Result> results;
    for (const auto& run : runs) results.push_back(gbench::result_of(run));
    gbench::add(results);
  }
  void Finalize() override { shown_->Finalize(); }

 private:
  ::benchmark::BenchmarkReporter* shown_ = ::benchmark::CreateDefaultDisplayReporter();  // the library's
};

/// What main() does: BENCHMARK_MAIN() and the report. Returns the exit status.
inline int run_benchmarks(int argc, char** argv) {
  const auto print = [](const std::string& problem) {
    if (!problem.empty()) std::fprintf(stderr, "%s\n", problem.c_str());
    return problem.empty() ? 0 : 1;
  };
  if (const int failed = print(gbench::start(argc, argv))) return failed;
  ::benchmark::Initialize(&argc, argv);
  if (::benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  BenchmarkReporter reporter;
  ::benchmark::RunSpecifiedBenchmarks(&reporter);
  ::benchmark::Shutdown();
  return print(gbench::finish());
}

}  // namespace hpct

/// In the place of BENCHMARK_MAIN();
#define HPCT_BENCHMARK_MAIN()                                                    \
  int main(int argc, char** argv) { return ::hpct::run_benchmarks(argc, argv); } \
  int main(int, char**)

// The counters go around the loop and nothing else: hpct::gbench makes the linker send the two calls that a
// loop makes, at its begin and at its end, through here. Weak, because several files may include this.
extern "C" {
void __real__ZN9benchmark5State16StartKeepRunningEv(::benchmark::State*);
void __real__ZN9benchmark5State17FinishKeepRunningEv(::benchmark::State*);

__attribute__((weak)) void __wrap__ZN9benchmark5State16StartKeepRunningEv(::benchmark::State* state) {
  if (state->thread_index() == 0)
    ::hpct::gbench::loop_begins(static_cast<std::int64_t>(state->max_iterations), state->threads());
  __real__ZN9benchmark5State16StartKeepRunningEv(state);
}

__attribute__((weak)) void __wrap__ZN9benchmark5State17FinishKeepRunningEv(::benchmark::State* state) {
  __real__ZN9benchmark5State17FinishKeepRunningEv(state);
  if (state->thread_index() == 0) ::hpct::gbench::loop_ends();
}
}
