// SPDX-License-Identifier: Apache-2.0
// Energy of the processor packages: powercap, the kernel's power events, hwmon.
#include "collector/energy.h"

namespace hpct::sources {
namespace {

std::vector<CounterInfo> counters() {
  return {{"energy.package", "J", "energy of all processor packages, whoever used it"}};
}

/// Tried once: it takes 20 ms.
Availability probe() {
  static const auto found = probe_energy().found;
  return found;
}

Expected<std::unique_ptr<CounterSource>> open(const CounterRequest&) {
  auto energy = find_energy_meters();
  if (!energy.found.usable) return fail(ErrorCode::not_supported, energy.found.detail, energy.found.remedy);
  return make_energy_source(std::move(energy));
}

}  // namespace

extern const CounterSourceInfo energy;
const CounterSourceInfo energy{"energy", "energy of the processor packages", counters, probe, open};

}  // namespace hpct::sources
