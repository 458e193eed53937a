// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/weights.h"

#include <cmath>

#include "workloads/qwen/random.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kGainStream = 1;
constexpr std::uint64_t kBiasStream = 2;
constexpr std::uint64_t kFirstMatrixStream = 16;

struct Matrix {
  Bf16* data;
  std::int64_t rows;
  std::int64_t columns;
};

std::vector<Matrix> list_matrices(const Shape& shape, Bf16* block) {
  const Matrices<Bf16> at(shape, block);
  const auto d = shape.hidden;
  const auto f = shape.intermediate;
  std::vector<Matrix> all;
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    all.push_back({at.qkv(layer), shape.qkv_rows(), d});
    all.push_back({at.output(layer), d, shape.query_size()});
    all.push_back({at.gate(layer), f, d});
    all.push_back({at.up(layer), f, d});
    all.push_back({at.down(layer), d, f});
  }
  all.push_back({at.embedding(), shape.vocabulary, d});
  if (!shape.tied) all.push_back({at.lm_head(), shape.vocabulary, d});
  return all;
}

void fill_rows(const Matrix& matrix, std::uint64_t key, Share rows) {
  const auto scale = static_cast<float>(std::sqrt(3.0 / static_cast<double>(matrix.columns)));
  const auto first = rows.begin * matrix.columns;
  fill_uniform(key, scale, first, rows.size() * matrix.columns, matrix.data + first);
}

std::vector<float> make_vector(std::uint64_t key, float centre, float spread, std::int64_t size) {
  std::vector<float> values(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i)
    values[static_cast<std::size_t>(i)] = expand(round_to_bf16(centre + spread * random_uniform(key, i)));
  return values;
}

}  // namespace

Expected<Weights> make_weights(const Shape& shape, std::uint64_t seed, ThreadTeam& team, Progress& progress) {
  auto block = PageArray<Bf16>::allocate(shape.matrix_weights());
  if (!block) return tl::unexpected(block.error());
  const auto all = list_matrices(shape, block->data());
  team.run([&](int member) {
    for (std::size_t i = 0; i < all.size() && !interrupt_requested(); ++i) {
      fill_rows(all[i], stream_key(seed, kFirstMatrixStream + i), share_of(all[i].rows, member, team.size()));
      if (member == 0)
        progress.update("making weights", static_cast<double>(i + 1), static_cast<double>(all.size()));
    }
  });
  if (interrupt_requested()) return fail(ErrorCode::interrupted, "stopped while making the weights");
  return Weights{
      std::move(*block),
      make_vector(stream_key(seed, kGainStream), 1.0F, 0.1F, (2 * shape.layers + 1) * shape.hidden),
      make_vector(stream_key(seed, kBiasStream), 0.0F, 0.5F, shape.layers * shape.qkv_rows())};
}

Expected<PageArray<float>> expand_weights(const PageArray<Bf16>& matrices, ThreadTeam& team) {
  auto expanded = PageArray<float>::allocate(matrices.size());
  if (!expanded) return expanded;
  team.run([&](int member) {
    const auto part = share_of(matrices.size(), member, team.size());
    const Bf16* const from = matrices.data();
    float* const to = expanded->data();
    for (auto i = part.begin; i < part.end; ++i) to[i] = expand(from[i]);
  });
  return expanded;
}

}  // namespace hpct::qwen
