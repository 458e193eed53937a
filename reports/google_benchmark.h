// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/report.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpct {

/// One line of Google Benchmark's result: a repetition, or an aggregate over the repetitions.
struct GoogleBenchmarkEntry {
  std::string name;       ///< "BM_sort/4096/threads:2", without the name of the aggregate
  std::string aggregate;  ///< "mean", "median", "stddev", "cv", ..; empty for a repetition
  std::string label;
  std::string error;            ///< what SkipWithError() said; empty: no error
  std::string skipped;          ///< what SkipWithMessage() said; empty: it ran
  std::int64_t iterations = 1;  ///< loop rounds of all threads; of an aggregate, the number of repetitions
  int threads = 1;
  double real_s = 0;  ///< per iteration, s
  double cpu_s = 0;   ///< per iteration, s; of the calling threads, or of the process if it was told so
  std::map<std::string, double, std::less<>> counters;  ///< items_per_second and bytes_per_second too
  bool operator==(const GoogleBenchmarkEntry&) const = default;
};

/// A file written with --benchmark_out_format=json, as far as it means something to us.
struct GoogleBenchmarkFile {
  std::string date;  ///< as written: local time with offset
  std::string host_name;
  std::string executable;
  int num_cpus = 0;
  double mhz_per_cpu = 0;  ///< 0: the file does not say
  std::optional<bool> cpu_scaling;
  std::vector<Cache> caches;
  std::string library_version;     ///< since 1.9
  std::string library_build_type;  ///< of the library, not of the benchmarks
  std::vector<GoogleBenchmarkEntry> entries;
  bool operator==(const GoogleBenchmarkFile&) const = default;
};

/// Could this be Google Benchmark's JSON? Judged by its first kilobytes; no proof that all is well.
bool looks_like_google_benchmark(std::string_view text);

/// Reads the JSON of versions 1.5 to 1.9, with their bare NaN and Infinity (such a number is left out).
/// `name` stands for the file in messages; `bad_file` says where what is wrong.
Expected<GoogleBenchmarkFile> parse_google_benchmark(std::string_view text, const std::string& name);

/// The same format, version 1.7's fields in its order, times in ns; ends with a newline.
std::string to_json(const GoogleBenchmarkFile& file);

/// All entries of one benchmark (one at least) as a run of role "benchmark": the family is the
/// workload, the rest of the name the variant, its arguments the parameters. One repetition per
/// entry; aggregates alone give the median (else the mean) and no repetition.
Run run_of(const std::vector<GoogleBenchmarkEntry>& entries);

/// Runs in the order of the file, and the machine as far as the file knows it. Skipped benchmarks
/// become warnings.
Report report_of(const GoogleBenchmarkFile& file);

/// The other way: each run a benchmark, named WORKLOAD/VARIANT/name:value../real_time/threads:N, one entry per
/// repetition, then mean, median, stddev and cv where there are several.
GoogleBenchmarkFile google_benchmark_of(const Report& report);

}  // namespace hpct
