// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/paged_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/workloads/tiny_qwen.h"

namespace hpct::qwen {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

PagedCache cache_of(std::int64_t pages, std::int64_t page) {
  auto cache = PagedCache::make(tiny_shape(), pages, page);
  EXPECT_TRUE(cache) << cache.error().message;
  return std::move(*cache);
}

std::vector<std::pair<std::int64_t, std::int64_t>> runs(const PagedCache& cache, const BlockTable& table,
                                                        std::int64_t positions) {
  std::vector<std::pair<std::int64_t, std::int64_t>> all;
  cache.for_each_run(table, positions, [&](auto slot, auto count) { all.emplace_back(slot, count); });
  return all;
}

TEST(PagedCache, a_sequence_takes_a_page_when_it_needs_one) {
  auto cache = cache_of(4, 16);
  BlockTable table;
  ASSERT_TRUE(cache.grow(table, 16));
  EXPECT_EQ(cache.free_pages(), 3);
  ASSERT_TRUE(cache.grow(table, 17));
  EXPECT_EQ(cache.free_pages(), 2);
}

TEST(PagedCache, without_pages_left_it_says_no) {
  auto cache = cache_of(2, 16);
  BlockTable first, second;
  ASSERT_TRUE(cache.grow(first, 20));
  EXPECT_FALSE(cache.grow(second, 1));
  cache.release(first);
  EXPECT_TRUE(cache.grow(second, 1));
}

TEST(PagedCache, neighbouring_pages_are_one_run) {
  auto cache = cache_of(4, 8);
  BlockTable table;
  ASSERT_TRUE(cache.grow(table, 20));
  EXPECT_THAT(runs(cache, table, 20), ElementsAre(Pair(0, 20)));
}

TEST(PagedCache, pages_of_two_growing_sequences_are_separate_runs) {
  auto cache = cache_of(4, 8);
  BlockTable first, second;
  ASSERT_TRUE(cache.grow(first, 8));
  ASSERT_TRUE(cache.grow(second, 8));
  ASSERT_TRUE(cache.grow(first, 11));
  EXPECT_THAT(runs(cache, first, 11), ElementsAre(Pair(0, 8), Pair(16, 3)));
}

TEST(PagedCache, a_reservation_is_one_run_even_in_a_used_pool) {
  auto cache = cache_of(6, 8);
  BlockTable first, second, third;
  ASSERT_TRUE(cache.grow(first, 8));
  ASSERT_TRUE(cache.grow(second, 8));
  cache.release(first);  // pages 0 and 2..5 are free
  ASSERT_TRUE(cache.reserve(third, 24));
  EXPECT_THAT(runs(cache, third, 24), ElementsAre(Pair(16, 24)));
}

TEST(PagedCache, a_reservation_that_only_fits_in_pieces_is_refused) {
  auto cache = cache_of(3, 8);
  BlockTable first, second, third;
  ASSERT_TRUE(cache.grow(first, 8));
  ASSERT_TRUE(cache.grow(second, 8));
  cache.release(first);
  EXPECT_FALSE(cache.reserve(third, 16));
  EXPECT_THAT(third.pages, IsEmpty());
}

TEST(PagedCache, a_shuffled_pool_gives_pages_that_are_no_neighbours) {
  auto cache = cache_of(64, 8);
  cache.shuffle(3);
  BlockTable table;
  ASSERT_TRUE(cache.grow(table, 512));
  EXPECT_EQ(std::set<std::int32_t>(table.pages.begin(), table.pages.end()).size(), 64U);
  EXPECT_GT(runs(cache, table, 512).size(), 55U);
}

TEST(PagedCache, a_page_belongs_to_one_sequence_whatever_comes_and_goes) {
  auto cache = cache_of(20, 4);
  std::mt19937 random(5);
  std::vector<BlockTable> tables(6);
  for (int step = 0; step < 2000; ++step) {
    auto& table = tables[random() % tables.size()];
    if (random() % 4 == 0)
      cache.release(table);
    else
      cache.grow(table, static_cast<std::int64_t>(table.pages.size()) * 4 + 1);
    std::multiset<std::int32_t> used;
    for (const auto& one : tables) used.insert(one.pages.begin(), one.pages.end());
    ASSERT_EQ(static_cast<std::int64_t>(used.size()) + cache.free_pages(), 20);
    ASSERT_EQ(std::set<std::int32_t>(used.begin(), used.end()).size(), used.size());
  }
}

TEST(PagedCache, heads_and_layers_do_not_overlap) {
  const auto shape = tiny_shape();
  auto cache = cache_of(3, 8);
  std::set<const std::byte*> seen;
  for (std::int64_t layer = 0; layer < shape.layers; ++layer)
    for (std::int64_t head = 0; head < shape.kv_heads; ++head)
      for (std::int64_t slot = 0; slot < 24; ++slot)
        for (std::int64_t i = 0; i < cache.row_bytes(); ++i)
          ASSERT_TRUE(seen.insert(cache.keys(layer, head, slot) + i).second);
  EXPECT_EQ(seen.size(), cache.all_keys().size());
}

}  // namespace
}  // namespace hpct::qwen
