// SPDX-License-Identifier: Apache-2.0
// Where a program's CPU time goes: samples of it, its threads and its children.
#include <algorithm>
#include <map>
#include <optional>

#include "collector/program_probe.h"
#include "collector/sampling/sampler.h"

namespace hpct::probes {
namespace {

/// The same for all repetitions.
const tl::expected<SamplingPlan, NoSampling>& plan_once(const SamplingOptions& options) {
  static std::map<std::pair<CallGraph, bool>, tl::expected<SamplingPlan, NoSampling>> plans;
  const std::pair key{options.call_graph, options.spare_hardware};
  const auto at = plans.find(key);
  return at != plans.end() ? at->second : plans.emplace(key, plan_sampling(options)).first->second;
}

/// The kernel told the final CPU time of every thread that ended under sampling.
void add_exact_times(const SampledStacks& sampled, std::vector<ThreadUsage>& threads) {
  for (const auto& [number, time] : sampled.threads) {
    if (!time.told) continue;
    auto at = std::find_if(threads.begin(), threads.end(),
                           [&](const ThreadUsage& usage) { return usage.thread == number; });
    if (at == threads.end()) {
      at = threads.insert(threads.end(), ThreadUsage{});
      at->process = time.process;
      at->thread = number;
      at->name = time.name;
    }
    at->cpu_ns = time.cpu_ns;
    at->exact = true;
  }
}

class SamplingProbe final : public ProgramProbe {
 public:
  explicit SamplingProbe(const SamplingOptions& options) : options_(options) {}

  void prepare(ChildEnvironment&) override {
    const auto& plan = plan_once(options_);
    if (plan)
      sampler_.emplace(*plan, options_);
    else
      problem_ = Value::missing("Hz", plan.error().reason, plan.error().detail);
  }
  void attach(pid_t child) override {
    if (!sampler_ || sampler_->attach_to_child(child)) return;
    problem_ = Value::missing("Hz", MissingReason::permission, sampler_->why_not());
    sampler_.reset();
  }
  void ended(pid_t) override {}
  void collect(Sample& sample) override {
    sample.not_sampled = problem_;
    if (!sampler_) return;
    const auto sampled = std::make_shared<SampledStacks>(sampler_->take());
    add_exact_times(*sampled, sample.threads);
    sample.sampled = sampled;
    sampler_.reset();
  }

 private:
  SamplingOptions options_;
  std::optional<Sampler> sampler_;
  std::optional<Value> problem_;
};

std::unique_ptr<ProgramProbe> make(const RunnerOptions& options) {
  if (!options.sampling.enabled) return nullptr;
  return std::make_unique<SamplingProbe>(options.sampling);
}

}  // namespace

extern const ProgramProbeInfo sampling;
const ProgramProbeInfo sampling{"sampling", "where CPU time goes: hot functions and call stacks, by sampling",
                                make};

}  // namespace hpct::probes
