// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include "cli/certificate_cache.h"
#include "cli/measuring.h"
#include "collector/noise.h"
#include "collector/program.h"
#include "collector/program_counters.h"
#include "collector/simulated_counts.h"

namespace hpct {
namespace {

/// While it lives, what is written to stdout goes to stderr. With --json our stdout is one JSON document,
/// which the measured program's own output would spoil.
class StdoutAside {
 public:
  explicit StdoutAside(bool wanted) : saved_(wanted ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3) : -1) {
    if (saved_ >= 0) ::dup2(STDERR_FILENO, STDOUT_FILENO);
  }
  ~StdoutAside() {
    if (saved_ < 0) return;
    ::dup2(saved_, STDOUT_FILENO);
    ::close(saved_);
  }
  StdoutAside(const StdoutAside&) = delete;
  StdoutAside& operator=(const StdoutAside&) = delete;

 private:
  int saved_;
};

}  // namespace

Expected<Measurement> measure_command(const std::vector<std::string>& command, const RunRequest& request,
                                      LiveLine& live) {
  const StdoutAside aside(request.json);
  Measurement measurement;
  measurement.noise = measure_noise(kNoiseSeconds).noise;
  measurement.certificate = certificate_here(false);
  auto counters = open_counters(without_hardware(request.options.counters));
  auto run = measure_program(command, counters, request.options, live);
  if (!run) return tl::unexpected(run.error());
  if (interrupt_requested()) {
    measurement.interrupted = true;
    measurement.warnings.push_back("interrupted: there are fewer repetitions than were wanted");
  } else if (request.options.counters.simulated)
    add_simulated_counts(run->run, command);
  measurement.runs.push_back(std::move(*run));
  return measurement;
}

}  // namespace hpct
