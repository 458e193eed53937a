// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/machine_facts.h>
#include <sys/types.h>

#include <string>
#include <vector>

namespace hpct {

/// Another process that kept a core busy.
struct BusyProcess {
  pid_t id = 0;
  std::string name;
  double cores = 0;  ///< 1: one core all the time
};

struct NoiseMeasurement {
  Noise noise;
  std::vector<BusyProcess> busiest;  ///< at most three, the busiest first, above a twentieth of a core
};

/// Watches the machine for `seconds` from the calling thread, which does nothing but read clocks meanwhile.
NoiseMeasurement measure_noise(double seconds);

/// "quiet" below 1 %, "restless" below 3 %, else "noisy": differences between two runs that are smaller
/// than this mean nothing.
std::string_view name_of_noise(double score);

}  // namespace hpct
