// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "collector/counter_source.h"
#include "collector/sampling/options.h"

namespace hpct {

struct Sample;

/// Samples this very process while a workload is measured. Made before the workload makes its threads.
class WorkloadSampler {
 public:
  virtual ~WorkloadSampler() = default;
  virtual void start() noexcept = 0;
  virtual void stop() noexcept = 0;
  /// Adds what was seen since the last call, or why nothing could be.
  virtual void collect(Sample& sample) = 0;
};

std::unique_ptr<WorkloadSampler> make_workload_sampler(const SamplingOptions& options);

/// Can programs be sampled here, by what, and at what cost?
Availability probe_sampling();

}  // namespace hpct
