// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/run_profile.h"

#include "collector/sampling/profile_assembly.h"

namespace hpct {

void add_profile(const std::vector<Sample>& samples, MeasuredRun& result) {
  std::shared_ptr<SampledStacks> sum;
  std::int64_t wall_ns = 0;
  std::int64_t cpu_ns = 0;
  for (const auto& sample : samples) {
    if (sample.not_sampled)
      result.run.profile = missing_profile(sample.not_sampled->reason, sample.not_sampled->detail);
    if (!sample.sampled) continue;
    wall_ns += sample.wall_ns;
    cpu_ns += sample.cpu_ns;
    if (sum)
      merge(*sum, *sample.sampled);
    else
      sum = std::make_shared<SampledStacks>(*sample.sampled);
  }
  if (!sum) return;
  auto named = name_profile(*sum, wall_ns, cpu_ns);
  result.run.profile = std::move(named.profile);
  result.stacks = std::move(named.stacks);
}

}  // namespace hpct
