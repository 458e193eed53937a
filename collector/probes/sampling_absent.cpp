// SPDX-License-Identifier: Apache-2.0
// Stands in for sampling.cpp in a build without elfutils: says so, and nothing else.
#include "collector/program_probe.h"

namespace hpct::probes {
namespace {

class NotBuilt final : public ProgramProbe {
 public:
  void prepare(ChildEnvironment&) override {}
  void attach(pid_t) override {}
  void ended(pid_t) override {}
  void collect(Sample& sample) override { make_workload_sampler({})->collect(sample); }
};

std::unique_ptr<ProgramProbe> make(const RunnerOptions& options) {
  if (!options.sampling.enabled) return nullptr;
  return std::make_unique<NotBuilt>();
}

}  // namespace

extern const ProgramProbeInfo sampling_absent;
const ProgramProbeInfo sampling_absent{"sampling", "not in this build: it needs libdw of elfutils", make};

}  // namespace hpct::probes
