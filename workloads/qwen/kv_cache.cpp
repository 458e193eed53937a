// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/kv_cache.h"

#include "workloads/qwen/kv_format.h"
#include "workloads/qwen/random.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kKeyStream = 3;
constexpr std::uint64_t kValueStream = 4;
}  // namespace

Expected<KvCache> KvCache::make(const Shape& shape, std::int64_t context, std::uint64_t seed,
                                ThreadTeam& team, Format format) {
  KvCache cache;
  cache.heads_ = shape.kv_heads;
  cache.format_ = format;
  cache.row_bytes_ = bytes_of(format, shape.head_dim);
  cache.stride_ = (context + 1) * cache.row_bytes_;
  const auto lanes = shape.layers * shape.kv_heads;
  auto keys = PageArray<std::byte>::allocate(lanes * cache.stride_);
  auto values = PageArray<std::byte>::allocate(lanes * cache.stride_);
  if (!keys) return tl::unexpected(keys.error());
  if (!values) return tl::unexpected(values.error());
  team.run([&](int member) {
    const auto part = share_of(lanes, member, team.size(), 1);
    for (auto lane = part.begin; lane < part.end; ++lane) {
      const auto first = lane * (context + 1) * shape.head_dim;
      const auto count = context * shape.head_dim;
      store_made_up(format, stream_key(seed, kKeyStream), first, count, keys->data() + lane * cache.stride_);
      store_made_up(format, stream_key(seed, kValueStream), first, count,
                    values->data() + lane * cache.stride_);
    }
  });
  cache.keys_ = std::move(*keys);
  cache.values_ = std::move(*values);
  return cache;
}

}  // namespace hpct::qwen
