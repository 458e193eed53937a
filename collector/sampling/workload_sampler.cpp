// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/workload_sampler.h"

#include <optional>

#include "collector/repetition.h"
#include "collector/sampling/sampler.h"

namespace hpct {
namespace {

class OwnProcess final : public WorkloadSampler {
 public:
  explicit OwnProcess(const SamplingOptions& options) {
    const auto plan = plan_sampling(options);
    if (!plan) {
      problem_ = Value::missing("Hz", plan.error().reason, plan.error().detail);
      return;
    }
    sampler_.emplace(*plan, options);
    if (sampler_->attach_to_self()) return;
    problem_ = Value::missing("Hz", MissingReason::permission, sampler_->why_not());
    sampler_.reset();
  }
  void start() noexcept override {
    if (sampler_) sampler_->start();
  }
  void stop() noexcept override {
    if (sampler_) sampler_->stop();
  }
  void collect(Sample& sample) override {
    sample.not_sampled = problem_;
    if (sampler_) sample.sampled = std::make_shared<SampledStacks>(sampler_->take());
  }

 private:
  std::optional<Sampler> sampler_;
  std::optional<Value> problem_;
};

}  // namespace

std::unique_ptr<WorkloadSampler> make_workload_sampler(const SamplingOptions& options) {
  return std::make_unique<OwnProcess>(options);
}

}  // namespace hpct
