// SPDX-License-Identifier: Apache-2.0
#include "cli/measuring.h"
#include "collector/noise.h"
#include "collector/program.h"

namespace hpct {

Expected<Measurement> measure_command(const std::vector<std::string>& command, const RunRequest& request,
                                      LiveLine& live) {
  Measurement measurement;
  measurement.noise = measure_noise(kNoiseSeconds).noise;
  auto counters = open_counters();
  auto run = measure_program(command, counters, request.options, live);
  if (!run) return tl::unexpected(run.error());
  measurement.runs.push_back(std::move(*run));
  return measurement;
}

}  // namespace hpct
