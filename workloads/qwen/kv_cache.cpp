// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/kv_cache.h"

#include <array>

#include "workloads/qwen/kv_format.h"
#include "workloads/qwen/random.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kKeyStream = 3;
constexpr std::uint64_t kValueStream = 4;
constexpr float kUnitVariance = 1.7320508F;  ///< sqrt(3): a uniform value in (-s, s) has variance s^2 / 3

/// `count` elements of unit variance from element `first` of a stream on; the same numbers in every format,
/// but for rounding.
void fill(Format format, std::uint64_t key, std::int64_t first, std::int64_t count, std::byte* out) {
  if (format == Format::bf16)
    return fill_uniform(key, kUnitVariance, first, count, reinterpret_cast<Bf16*>(out));
  std::array<float, kGroup> group{};
  for (std::int64_t i = 0; i < count; i += kGroup, out += bytes_of(format, kGroup)) {
    for (std::int64_t k = 0; k < kGroup; ++k)
      group[static_cast<std::size_t>(k)] = kUnitVariance * random_uniform(key, first + i + k);
    store(format, group.data(), kGroup, out);
  }
}

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
    in_parts(part, 1, [&](Share lane) {
      const auto first = lane.begin * (context + 1) * shape.head_dim;
      const auto count = context * shape.head_dim;
      fill(format, stream_key(seed, kKeyStream), first, count, keys->data() + lane.begin * cache.stride_);
      fill(format, stream_key(seed, kValueStream), first, count, values->data() + lane.begin * cache.stride_);
    });
  });
  cache.keys_ = std::move(*keys);
  cache.values_ = std::move(*values);
  return cache;
}

}  // namespace hpct::qwen
