// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// What is behind hpct/benchmark.h, in the library. It never sees Google Benchmark's types, so one build of
/// it serves every version that hpct/benchmark.h compiles with.
namespace hpct::gbench {

/// One reported line: a repetition, or an aggregate over repetitions.
struct Result {
  std::string name;
  std::string aggregate;  ///< empty for a repetition
  std::string label;
  std::string error;    ///< of SkipWithError
  std::string skipped;  ///< of SkipWithMessage
  std::int64_t iterations = 1;
  int threads = 1;
  double real_s = 0;  ///< per iteration
  double cpu_s = 0;   ///< per iteration
  std::map<std::string, double> counters;
};

/// Takes --hpct_out=FILE out of the arguments (else $HPCT_BENCHMARK_OUT) and opens the counters. Call it
/// before benchmark::Initialize() and before there are threads. Without a file everything here does nothing.
/// Returns what is wrong with the file; empty: nothing.
std::string start(int& argc, char** argv);

/// Around the loop of one run of a benchmark, by its first thread.
void loop_begins(std::int64_t rounds, int threads) noexcept;
void loop_ends() noexcept;

void add(const std::vector<Result>& results);

/// Writes the report. Returns why it was not written; empty: it was, or nobody asked for one.
std::string finish();

}  // namespace hpct::gbench
