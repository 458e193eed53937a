// SPDX-License-Identifier: Apache-2.0
#include "collector/sampling/workload_sampler.h"

#include <fmt/format.h>

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

Availability probe_sampling() {
  const auto plan = plan_sampling({});
  if (!plan)
    return {.usable = false, .reason = plan.error().reason, .detail = plan.error().detail, .remedy = {}};
  auto detail =
      fmt::format("by {}, {}", plan->event.name,
                  plan->event.sees_kernel ? "the kernel's part included" : "without the kernel's part");
  if (plan->sample_cost_ns > 0)
    detail += fmt::format("; one sample costs {:.1f} us", static_cast<double>(plan->sample_cost_ns) * 1e-3);
  return {.usable = true, .detail = detail, .remedy = {}};
}

std::unique_ptr<WorkloadSampler> make_workload_sampler(const SamplingOptions& options) {
  return std::make_unique<OwnProcess>(options);
}

}  // namespace hpct
