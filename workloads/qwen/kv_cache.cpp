// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/kv_cache.h"

#include "workloads/qwen/random.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kKeyStream = 3;
constexpr std::uint64_t kValueStream = 4;
constexpr float kUnitVariance = 1.7320508F;  ///< sqrt(3): a uniform value in (-s, s) has variance s^2 / 3

}  // namespace

Expected<KvCache> KvCache::make(const Shape& shape, std::int64_t context, std::uint64_t seed,
                                ThreadTeam& team) {
  KvCache cache;
  cache.heads_ = shape.kv_heads;
  cache.stride_ = (context + 1) * shape.head_dim;
  const auto lanes = shape.layers * shape.kv_heads;
  auto keys = PageArray<Bf16>::allocate(lanes * cache.stride_);
  auto values = PageArray<Bf16>::allocate(lanes * cache.stride_);
  if (!keys) return tl::unexpected(keys.error());
  if (!values) return tl::unexpected(values.error());
  team.run([&](int member) {
    const auto part = share_of(lanes, member, team.size(), 1);
    for (auto lane = part.begin; lane < part.end; ++lane) {
      const auto first = lane * cache.stride_;
      const auto count = context * shape.head_dim;
      fill_uniform(stream_key(seed, kKeyStream), kUnitVariance, first, count, keys->data() + first);
      fill_uniform(stream_key(seed, kValueStream), kUnitVariance, first, count, values->data() + first);
    }
  });
  cache.keys_ = std::move(*keys);
  cache.values_ = std::move(*values);
  return cache;
}

}  // namespace hpct::qwen
