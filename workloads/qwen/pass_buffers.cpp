// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/pass_buffers.h"

#include <algorithm>

#include "workloads/qwen/model.h"
#include "workloads/qwen/run_attention.h"

namespace hpct::qwen {
namespace {

std::int64_t largest_scratch(const Shape& shape) {
  return std::max(
      {scratch_floats(shape.hidden), scratch_floats(shape.query_size()), scratch_floats(shape.intermediate)});
}

void add(Allocations& memory, PassActivations& x, std::int64_t rows, std::int64_t size) {
  x.size = size;
  memory.add(x.exact, rows * size)
      .add(x.halves, rows * size)
      .add(x.bytes, rows * size)
      .add(x.scales, rows * size / kGroup)
      .add(x.minus_sums, rows * size / kGroup);
}

void add(Allocations& memory, PassScratch& own, const Shape& shape, std::int64_t cache_row,
         std::int64_t positions) {
  memory.add(own.scores, shape.group() * positions)
      .add(own.part, shape.group() * (shape.head_dim + 2))
      .add(own.rows, RunAttention::staged_bytes(cache_row))
      .add(own.expanded, largest_scratch(shape));
}

void fill_rotations(const Shape& shape, std::int64_t positions, PassBuffers& buffers) {
  const auto half = shape.head_dim / 2;
  for (std::int64_t position = 0; position < positions; ++position) {
    const auto row = rope_row(shape, position);
    std::copy(row.cosines.begin(), row.cosines.end(), buffers.cosines.data() + position * half);
    std::copy(row.sines.begin(), row.sines.end(), buffers.sines.data() + position * half);
  }
}

}  // namespace

std::int64_t pass_bytes(const Shape& shape, const PassLimits& limits, int members) {
  const auto d = shape.hidden, f = shape.intermediate, q = shape.query_size();
  const auto vector = d + q + f;  // 4 bytes exact, 2 as bf16, 1 as a byte, and 8 for each 32
  const auto row = 4 * (d + shape.qkv_rows() + 2 * f) + 7 * vector + vector / 4;
  const auto own = shape.group() * (limits.positions + shape.head_dim + 2) +
                   RunAttention::staged_bytes(2 * shape.head_dim) / 4 + largest_scratch(shape);
  return limits.rows * row + 4 * (limits.scored * shape.vocabulary + limits.positions * shape.head_dim) +
         4 * members * own;
}

ProductInput PassActivations::input(std::int64_t tokens) const {
  return {exact.data(), halves.data(), {bytes.data(), scales.data(), minus_sums.data()}, tokens};
}

void PassActivations::narrow(const PassKernels& kernels, std::int64_t first, std::int64_t count) const {
  if (kernels.batch->rounds) kernels.plain->to_bf16(exact.data() + first, count, halves.data() + first);
}

void PassActivations::round(const BatchKernels& kernels, std::int64_t first, std::int64_t count) const {
  kernels.round(exact.data() + first, count, bytes.data() + first, scales.data() + first / kGroup,
                minus_sums.data() + first / kGroup);
}

Expected<PassBuffers> PassBuffers::make(const Shape& shape, std::int64_t cache_row, int members,
                                        const PassLimits& limits) {
  PassBuffers all;
  Allocations memory;
  memory.add(all.x, limits.rows * shape.hidden)
      .add(all.qkv, limits.rows * shape.qkv_rows())
      .add(all.gate, limits.rows * shape.intermediate)
      .add(all.up, limits.rows * shape.intermediate)
      .add(all.logits, limits.scored * shape.vocabulary)
      .add(all.cosines, limits.positions * shape.head_dim / 2)
      .add(all.sines, limits.positions * shape.head_dim / 2);
  add(memory, all.normed, limits.rows, shape.hidden);
  add(memory, all.attended, limits.rows, shape.query_size());
  add(memory, all.mlp, limits.rows, shape.intermediate);
  all.scratch.resize(static_cast<std::size_t>(members));
  for (auto& own : all.scratch) add(memory, own, shape, cache_row, limits.positions);
  if (auto made = memory.result(); !made) return tl::unexpected(made.error());
  all.scored.reserve(static_cast<std::size_t>(limits.scored));
  all.choices.resize(static_cast<std::size_t>(limits.scored));
  fill_rotations(shape, limits.positions, all);
  return all;
}

}  // namespace hpct::qwen
