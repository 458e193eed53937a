// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/model.h"

#include <cmath>

#include "workloads/qwen/random.h"

namespace hpct::qwen {

RopeRow rope_row(const Shape& shape, std::int64_t position) {
  RopeRow row;
  for (std::int64_t i = 0; i < shape.head_dim / 2; ++i) {
    const double power = -2.0 * static_cast<double>(i) / static_cast<double>(shape.head_dim);
    const double angle = static_cast<double>(position) * std::pow(shape.rope_theta, power);
    row.cosines.push_back(static_cast<float>(std::cos(angle)));
    row.sines.push_back(static_cast<float>(std::sin(angle)));
  }
  return row;
}

void Model::place(std::int64_t input, std::int64_t position) {
  token = input;
  context = position;
  rope = rope_row(shape, position);
}

Expected<Model> make_model(const Shape& shape, Weights weights, std::int64_t context, std::uint64_t seed,
                           ThreadTeam& team, Format cache_format, std::int64_t page) {
  auto cache = KvCache::make(shape, context, seed, team, cache_format, page);
  if (!cache) return tl::unexpected(cache.error());
  const auto token = random_word(seed, 0) % static_cast<std::uint64_t>(shape.vocabulary);
  return Model{shape,
               context,
               static_cast<std::int64_t>(token),
               std::move(weights),
               std::move(*cache),
               rope_row(shape, context),
               {}};
}

}  // namespace hpct::qwen
