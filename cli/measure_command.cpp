// SPDX-License-Identifier: Apache-2.0
#include "cli/certificate_cache.h"
#include "cli/measuring.h"
#include "collector/program.h"
#include "collector/program_counters.h"
#include "collector/simulated_counts.h"

namespace hpct {

Expected<Measurement> measure_command(const std::vector<std::string>& command, const RunRequest& request,
                                      LiveLine& live) {
  Measurement measurement;
  measurement.certificate = certificate_here(false);
  auto counters = open_counters(without_hardware(request.options.counters));
  auto run = measure_program(command, counters, request.options, live);
  if (!run) return tl::unexpected(run.error());
  if (request.options.counters.simulated) add_simulated_counts(run->run, command);
  if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted; nothing was written");
  measurement.runs.push_back(std::move(*run));
  return measurement;
}

}  // namespace hpct
