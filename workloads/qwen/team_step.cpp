// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/team_step.h"

#include "workloads/qwen/step_member.h"

namespace hpct::qwen {

Expected<TeamStep> TeamStep::make(Model& model, ThreadTeam& team) {
  auto buffers = StepBuffers::make(model, team.size());
  if (!buffers) return tl::unexpected(buffers.error());
  return TeamStep(model, team, std::move(*buffers));
}

std::int64_t TeamStep::run(const StepKernels& kernels) {
  const StepTask task{*model_, *team_, buffers_, kernels, sampler_, token_};
  team_->run([&](int member) { walk_through_step(task, member); });
  return token_;
}

RoundingTrace TeamStep::trace() const {
  const auto all = [](const StepActivations& x) { return RoundedVector{x.values.data(), x.scales.data()}; };
  return {all(buffers_.scratch.front().normed), all(buffers_.attended), all(buffers_.mlp)};
}

}  // namespace hpct::qwen
