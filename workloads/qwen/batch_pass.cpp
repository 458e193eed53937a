// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_pass.h"

#include "workloads/qwen/pass_member.h"

namespace hpct::qwen {

Expected<BatchPass> BatchPass::make(const Shape& shape, const PagedCache& cache, ThreadTeam& team,
                                    const PassLimits& limits) {
  auto buffers = PassBuffers::make(shape, cache.row_bytes(), team.size(), limits);
  if (!buffers) return tl::unexpected(buffers.error());
  return BatchPass(shape, cache, team, std::move(*buffers));
}

void BatchPass::run(std::span<const BatchRow> rows, const PassKernels& kernels, const Weights& weights,
                    PassTrace* trace) {
  buffers_.scored.clear();
  for (std::size_t t = 0; t < rows.size(); ++t)
    if (rows[t].scored) buffers_.scored.push_back(static_cast<std::int64_t>(t));
  bool bytes = false;
  weights.matrices.for_each([&](const Matrix& m) { bytes = bytes || takes_bytes(*kernels.batch, m.format); });
  if (trace != nullptr) trace->note(bytes ? kernels.batch : nullptr);
  const PassTask task{*shape_, *cache_, *team_, buffers_, rows, kernels, weights, trace, bytes};
  team_->run([&](int member) { walk_through_pass(task, member); });
}

}  // namespace hpct::qwen
