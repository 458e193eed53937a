// SPDX-License-Identifier: Apache-2.0
// Stands in for sampling in a build without elfutils.
#include <optional>

#include "collector/sampling/run_profile.h"

namespace hpct {
namespace {

class NotBuilt final : public WorkloadSampler {
 public:
  void start() noexcept override {}
  void stop() noexcept override {}
  void collect(Sample& sample) override {
    const auto why = probe_sampling();
    sample.not_sampled = Value::missing("Hz", why.reason, why.detail);
  }
};

}  // namespace

Availability probe_sampling() {
  return {.usable = false,
          .reason = MissingReason::not_built,
          .detail = "hpct-prof was built without libdw of elfutils",
          .remedy = "install libdw-dev and build again"};
}

std::unique_ptr<WorkloadSampler> make_workload_sampler(const SamplingOptions&) {
  return std::make_unique<NotBuilt>();
}

void add_profile(const std::vector<Sample>& samples, MeasuredRun& result) {
  for (const auto& sample : samples)
    if (sample.not_sampled) {
      auto& profile = result.run.profile.emplace();
      profile.rate = *sample.not_sampled;
      profile.cost_share = Value::missing("%", sample.not_sampled->reason, sample.not_sampled->detail);
    }
}

}  // namespace hpct
