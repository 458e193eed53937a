// SPDX-License-Identifier: Apache-2.0
#include "cli/measuring.h"
#include "collector/program.h"

namespace hpct {

Expected<Measurement> measure_command(const std::vector<std::string>& command, const RunRequest& request,
                                      LiveLine& live) {
  auto counters = open_counters();
  auto run = measure_program(command, counters, request.options, live);
  if (!run) return tl::unexpected(run.error());
  Measurement measurement;
  measurement.warnings = run->warnings;
  measurement.runs.push_back(std::move(*run));
  return measurement;
}

}  // namespace hpct
