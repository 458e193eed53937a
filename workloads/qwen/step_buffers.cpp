// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/step_buffers.h"

#include <algorithm>

#include "workloads/qwen/run_attention.h"

namespace hpct::qwen {
namespace {

void add(Allocations& memory, StepActivations& x, std::int64_t size, std::int64_t slots, bool rounds) {
  x.size = size;
  memory.add(x.exact, size);
  if (rounds) memory.add(x.values, slots * size).add(x.scales, slots * size / kGroup);
}

void add(Allocations& memory, StepScratch& own, const Model& model, int member, int members, bool rounds) {
  const auto& shape = model.shape;
  const auto rows =
      std::max(mlp_share(shape, member, members).size(), share_of(shape.hidden, member, members).size());
  add(memory, own.normed, shape.hidden, 2 * shape.layers + 1, rounds);
  memory.add(own.gate, rows)
      .add(own.up, rows)
      .add(own.run, shape.group() * (shape.head_dim + 2))
      .add(own.rows, RunAttention::staged_bytes(model.cache.row_bytes()))
      .add(own.scores, shape.group() * share_of(model.positions(), member, members).size());
}

}  // namespace

Share mlp_share(const Shape& shape, int member, int members) {
  return share_of(shape.intermediate, member, members, kGroup);
}

Expected<StepBuffers> StepBuffers::make(const Model& model, int members) {
  const auto& shape = model.shape;
  StepBuffers all;
  all.rounds = any_rounds(model.weights.matrices);
  auto parts = AttentionParts::make(members, shape.heads, shape.head_dim);
  if (!parts) return tl::unexpected(parts.error());
  all.parts = std::move(*parts);
  Allocations memory;
  memory.add(all.x, shape.hidden).add(all.qkv, shape.qkv_rows()).add(all.logits, shape.vocabulary);
  add(memory, all.attended, shape.query_size(), shape.layers, all.rounds);
  add(memory, all.mlp, shape.intermediate, shape.layers, all.rounds);
  all.scratch.resize(static_cast<std::size_t>(members));
  for (int member = 0; member < members; ++member)
    add(memory, all.scratch[static_cast<std::size_t>(member)], model, member, members, all.rounds);
  if (auto made = memory.result(); !made) return tl::unexpected(made.error());
  return all;
}

}  // namespace hpct::qwen
