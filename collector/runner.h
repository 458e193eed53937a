// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/timeline.h>
#include <hpct/workload.h>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "collector/counter_source.h"
#include "collector/sampling/options.h"
#include "collector/sampling/workload_sampler.h"

namespace hpct {

/// Region records kept for timelines: 128 MiB, of one repetition and of all together.
inline constexpr std::size_t kMostKeptRecords = std::size_t{4} << 20;

/// When to stop repeating a variant: when the median is known well enough or the budget is spent, between
/// the minimum and the maximum of repetitions. A first run under a second is a warm-up and not counted.
struct RunnerOptions {
  int min_repetitions = 3;  ///< given up after three budgets, unless `insist_on_minimum`
  int max_repetitions = 50;
  bool insist_on_minimum = false;  ///< the user asked for that many
  double budget_s = 10;            ///< per variant, verification included
  double precision = 0.01;         ///< enough when the median's interval is within +-1 %
  std::uint64_t seed = 1;          ///< order of the interleaved variants
  bool timeline = true;
  CounterRequest counters = {};
  std::size_t timeline_records = kMostKeptRecords;  ///< per repetition, all threads together
  bool fenced = false;                              ///< timestamps of regions wait for the measured code
  SamplingOptions sampling = {};
  std::string program = {};      ///< the user's own, as it was called; empty: a workload
  bool software_events = false;  ///< of a program: even if it does not look as if it had any
};

/// What the runner is doing, for a live display.
struct RunnerStatus {
  std::string variant;
  int repetition = 0;    ///< finished repetitions of this variant
  double median_s = 0;   ///< of them
  double spread = 0;     ///< half width of the median's interval / median; 0 when unknown
  double elapsed_s = 0;  ///< since the first repetition of any variant
};

class RunnerObserver {
 public:
  virtual ~RunnerObserver() = default;
  virtual void measured(const RunnerStatus& status) = 0;
};

struct MeasuredRun {
  Run run;
  Timeline timeline;
  std::vector<std::string> warnings = {};
  std::string stacks = {};  ///< collapsed call stacks; empty when nothing was sampled
};

/// Counter sources that could be opened, and the readings that stand in for those that could
/// not (missing, with their reason).
struct CounterSet {
  std::vector<std::unique_ptr<CounterSource>> sources;
  Readings missing;
  std::unique_ptr<WorkloadSampler> sampler;  ///< null unless samples of our own process are wanted
};

/// Opens every source that works here and has a counter that is wanted. Call it before the workload
/// makes threads.
CounterSet open_counters(const CounterRequest& request = {});

/// What an interrupt comes to that left nothing to report.
tl::unexpected<Error> interrupted_too_early();

/// Measures `variants` of a prepared workload, interleaved in random order so that a drifting
/// machine hits them alike. Every repetition is verified: the first wrong result stops the
/// measurement with ErrorCode::wrong_result. An interrupt ends it at the end of the repetition or earlier
/// where the workload itself looks: what was complete comes back, without the variants that have no
/// repetition yet; ErrorCode::interrupted when that is all of them. Runs come back in the order of
/// `variants`.
Expected<std::vector<MeasuredRun>> measure(const WorkloadInfo& info, Workload& workload,
                                           const std::vector<Variant>& variants, const Settings& settings,
                                           CounterSet& counters, const RunnerOptions& options,
                                           RunnerObserver& observer);

}  // namespace hpct
