// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/kv_cache.h"

#include <numeric>
#include <utility>

#include "workloads/qwen/kv_format.h"
#include "workloads/qwen/random.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kKeyStream = 3;
constexpr std::uint64_t kValueStream = 4;
constexpr std::uint64_t kTableStream = 14;

/// Pages in an order by the seed.
std::vector<std::int32_t> scattered(std::int64_t pages, std::uint64_t seed) {
  std::vector<std::int32_t> table(static_cast<std::size_t>(pages));
  std::iota(table.begin(), table.end(), 0);
  for (auto left = table.size(); left > 1; --left)
    std::swap(table[left - 1], table[random_word(stream_key(seed, kTableStream), left) % left]);
  return table;
}

}  // namespace

Expected<KvCache> KvCache::make(const Shape& shape, std::int64_t context, std::uint64_t seed,
                                ThreadTeam& team, Format format, std::int64_t page) {
  KvCache cache;
  cache.heads_ = shape.kv_heads;
  cache.format_ = format;
  cache.row_bytes_ = bytes_of(format, shape.head_dim);
  const auto pages = page == 0 ? 0 : (context + page) / page;
  cache.page_ = page;
  cache.table_ = scattered(pages, seed);
  cache.stride_ = (page == 0 ? context + 1 : pages * page) * cache.row_bytes_;
  const auto lanes = shape.layers * shape.kv_heads;
  const auto size = lanes * cache.stride_;
  if (auto made = Allocations().add(cache.keys_, size).add(cache.values_, size).result(); !made)
    return tl::unexpected(made.error());
  team.run([&](int member) {
    const auto part = share_of(lanes, member, team.size(), 1);
    for (auto lane = part.begin; lane < part.end && !interrupt_requested(); ++lane)
      cache.for_each_run(0, context, [&](std::int64_t position, std::int64_t count) {
        const auto layer = lane / shape.kv_heads, head = lane % shape.kv_heads;
        const auto first = (lane * (context + 1) + position) * shape.head_dim;
        store_made_up(format, stream_key(seed, kKeyStream), first, count * shape.head_dim,
                      cache.key_row(layer, head, position));
        store_made_up(format, stream_key(seed, kValueStream), first, count * shape.head_dim,
                      cache.value_row(layer, head, position));
      });
  });
  return cache;
}

}  // namespace hpct::qwen
