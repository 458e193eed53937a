// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>
#include <filesystem>

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/terminal.h"
#include "collector/runner.h"

namespace hpct {

/// What `hpct-prof run` was asked for, before anything is looked up.
struct RunRequest {
  std::string workload;
  std::string variants;                  ///< "a,b", "all", or empty: the best one
  int threads = 0;                       ///< 0: as many as this process may use
  std::vector<std::string> assignments;  ///< --set
  std::string output;                    ///< empty: WORKLOAD.hpct.json
  bool json = false;                     ///< print the report instead of the summary
  bool ceilings = true;                  ///< measure the machine's roofs when none are cached
  RunnerOptions options;
};

/// How long a run looks at the idle machine first; the doctor takes a second.
inline constexpr double kNoiseSeconds = 0.1;

/// A measurement on its way into a report; after an interrupt, what of it was complete.
struct Measurement {
  std::vector<MeasuredRun> runs;
  std::vector<Ceiling> ceilings;
  std::vector<std::string> warnings;
  std::vector<CertificateEntry> certificate;
  std::optional<Noise> noise;  ///< of the machine, before anything was measured
  bool interrupted = false;    ///< the warnings say what is not there
};

/// Hardware threads this process can keep busy: affinity and cgroup quota considered.
int usable_threads();

/// Runs a bundled workload as asked.
Expected<Measurement> measure_workload(const RunRequest& request, LiveLine& live);

/// Runs the user's own program `request.options.min_repetitions` times.
Expected<Measurement> measure_command(const std::vector<std::string>& command, const RunRequest& request,
                                      LiveLine& live);

/// The machine's roofs for 1 and `threads` threads: from the cache, or measured now in some seconds.
/// A failure only costs the roofs, so it comes back as a warning.
std::vector<Ceiling> ceilings_for(int threads, LiveLine& live, std::vector<std::string>& warnings);

/// Keeps roofs that somebody measured in full, so that the next runs need not measure any.
void keep_ceilings(const Report& report, int threads);

/// Why roofs measured in `runs` are too low to be believed: somebody else had the cores; else nothing.
std::optional<std::string> doubt_about_roofs(const std::vector<Run>& runs);

/// Adds machine, tool and metrics, writes timeline and report to `file`, prints the summary.
Expected<void> publish(Measurement measurement, const RunRequest& request, const Invocation& invocation,
                       const std::filesystem::path& file);

/// Writes what was complete beside `file`, so that nobody takes it for the whole. The error says where it is.
Error publish_interrupted(Measurement measurement, const RunRequest& request, const Invocation& invocation,
                          const std::filesystem::path& file);

/// The file the report will go to, checked to be writable before minutes are spent on measuring.
Expected<std::filesystem::path> output_file(const RunRequest& request, const std::string& fallback_stem);

}  // namespace hpct
