// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/analysis.h"
#include "analyzer/roof_comparison.h"

namespace hpct {

enum class Verdict { improved, unchanged, regressed, undecided, not_comparable };

std::string_view name_of(Verdict verdict);

/// One quantity of one run or region, before and after.
struct ComparedRow {
  std::string workload;
  std::string variant;
  std::string region;  ///< empty for the whole run
  std::string metric;  ///< "time.wall", or "ir_sim": instructions on a simulated CPU
  int threads = 1;
  bool in_base = true;       ///< false: new in the candidate
  bool in_candidate = true;  ///< false: lost since the base
  Value base;
  Value candidate;
  Value ratio;  ///< candidate / base with its 95 % bootstrap interval
  Verdict verdict = Verdict::undecided;
  bool failed = false;  ///< a side's program failed or its result is wrong
  std::string reason;   ///< why undecided or not comparable, in one sentence
};

struct Comparison;

/// "1brc/avx2", "qwen-decode/fast decode/lm_head"; with the number of threads when the comparison
/// has the same variant more than once.
std::string subject_of(const Comparison& comparison, const ComparedRow& row);

/// A fact that differs between the two machines, builds or parameters.
struct Difference {
  std::string what;  ///< "CPU model", "parameter rows"
  std::string base;
  std::string candidate;
  bool blocks = false;  ///< true: times must not be compared across it
};

struct CompareOptions {
  double threshold = 0.05;          ///< changes of a time smaller than this do not matter
  double count_threshold = 0.005;   ///< the same for simulated instruction counts, which do not scatter
  bool ignore_differences = false;  ///< compare in spite of blocking differences
  std::uint64_t seed = 1;           ///< of the bootstrap
  int resamples = 2000;
};

struct Comparison {
  CompareOptions options;
  std::vector<Difference> differences;
  std::vector<ComparedRow> rows;
  std::vector<RoofPair> roofs;           ///< they explain too: a share of a lower roof is a higher share
  Verdict overall = Verdict::undecided;  ///< the worst of the whole runs; regions only explain
};

/// Matches runs by workload, variant, threads and parameters, regions by path; a run left over
/// is matched by workload and variant, and what differs is named. Runs that stand in only one
/// report become rows that are not comparable, with the reason; so do wrong results.
/// Values of different provenance are never compared, whatever the options say.
Comparison compare(const Analysis& base, const Analysis& candidate, const CompareOptions& options);

}  // namespace hpct
