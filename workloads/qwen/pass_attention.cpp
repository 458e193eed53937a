// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/pass_attention.h"

#include <array>

#include "workloads/qwen/run_attention.h"

namespace hpct::qwen {
namespace {

constexpr std::int64_t kMostGroup = 8;  ///< query heads of one key/value head

/// The running softmax of one group of query heads, over parts.
struct Running {
  std::array<float, kMostGroup> largest;
  std::array<float, kMostGroup> weights;
};

void divide(const Running& running, const AttendRows& all) {
  for (std::int64_t g = 0; g < all.group; ++g) {
    const float inverse = 1.0F / running.weights[static_cast<std::size_t>(g)];
    for (std::int64_t i = g * all.dim; i < (g + 1) * all.dim; ++i) all.sums[i] *= inverse;
  }
}

}  // namespace

void attend(const PassTask& task, PassScratch& scratch, std::int64_t layer, std::int64_t t,
            std::int64_t head) {
  const auto& shape = task.shape;
  const auto& cache = task.cache;
  const auto& kernels = task.kernels;
  const auto& row = task.rows[static_cast<std::size_t>(t)];
  const auto size = shape.group() * shape.head_dim;
  const auto place = t * shape.query_size() + head * size;
  Running running{};
  const AttendRows all{.queries = task.buffers.qkv.data() + t * shape.qkv_rows() + head * size,
                       .keys = nullptr,
                       .values = nullptr,
                       .group = shape.group(),
                       .dim = shape.head_dim,
                       .count = row.position + 1,
                       .sums = task.buffers.attended.exact.data() + place,
                       .largest = running.largest.data(),
                       .weights = running.weights.data()};
  RunAttention attention({kernels.plain, nullptr, kernels.cache, kernels.batch->join}, cache.format(), all,
                         {scratch.scores.data(), scratch.part.data(), scratch.rows.data()});
  cache.for_each_run(*row.table, all.count, [&](std::int64_t slot, std::int64_t positions) {
    attention.add(cache.keys(layer, head, slot), cache.values(layer, head, slot), positions);
  });
  attention.finish();
  divide(running, all);
  task.buffers.attended.narrow(kernels, place, size);
}

}  // namespace hpct::qwen
