// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/workloads/tiny_qwen.h"
#include "workloads/qwen/batch_work.h"

namespace hpct::qwen {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr std::int64_t kPage = 4;

PagedCache cache_for(const BatchPolicy& policy) {
  auto cache = PagedCache::make(tiny_shape(), policy.slots * ((policy.longest + kPage - 1) / kPage), kPage);
  EXPECT_TRUE(cache) << cache.error().message;
  return std::move(*cache);
}

/// What a whole run looks like from outside.
struct Served {
  std::vector<std::size_t> rows;                ///< of each step
  std::map<std::int64_t, std::size_t> answers;  ///< tokens by request
  PassTally tally;
  CacheUse use;
  std::int64_t free_at_end = 0;
};

Served serve(const std::vector<Request>& requests, const BatchPolicy& policy) {
  auto cache = cache_for(policy);
  Batcher batcher(requests, policy, cache);
  Served served;
  for (auto rows = batcher.next_step(); !rows.empty(); rows = batcher.next_step()) {
    served.rows.push_back(rows.size());
    served.tally.add(rows);
    batcher.finish_step([](std::int64_t i) { return i; },
                        [&](const Batcher::Sequence& sequence) { ++served.answers[sequence.number]; });
  }
  served.use = batcher.use();
  served.free_at_end = cache.free_pages();
  return served;
}

Request request(std::int64_t arrival, std::size_t prompt, std::int64_t answer) {
  return {.arrival = arrival, .prompt = std::vector<std::int64_t>(prompt, 1), .answer = answer};
}

TEST(Requests, are_drawn_by_the_seed_within_their_bounds) {
  const RequestMix mix{.count = 200, .prompt = 9, .answer = 6, .gap = 2, .seed = 3};
  const auto all = make_requests(mix, 331);
  ASSERT_EQ(all.size(), 200U);
  double gaps = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_GE(all[i].prompt.size(), 4U);
    EXPECT_LE(all[i].prompt.size(), 13U);
    EXPECT_GE(all[i].answer, 3);
    EXPECT_LE(all[i].answer, 9);
    EXPECT_LE(all[i].length(), longest_request(mix));
    if (i > 0) gaps += static_cast<double>(all[i].arrival - all[i - 1].arrival);
  }
  EXPECT_NEAR(gaps / 199, 2, 0.3);
  EXPECT_EQ(make_requests(mix, 331)[57].prompt, all[57].prompt);
  auto other = mix;
  other.seed = 4;
  EXPECT_NE(make_requests(other, 331)[57].prompt, all[57].prompt);
}

TEST(Batcher, a_prompt_is_read_in_chunks_and_its_last_token_speaks) {
  // 5 tokens by two: 2, 2, 1 which gives the first token; two more steps give the others.
  const auto served = serve({request(0, 5, 3)}, {.slots = 1, .chunk = 2, .longest = 8});
  EXPECT_THAT(served.rows, ElementsAre(2, 2, 1, 1, 1));
  EXPECT_EQ(served.answers.at(0), 3U);
}

TEST(Batcher, the_tally_of_a_sequence_is_that_counted_by_hand) {
  // Positions 0 1 | 2 | 3: looked at 1 + 2 + 3 + 4; stored before the passes 0 + 2 + 3.
  const auto tally = serve({request(0, 3, 2)}, {.slots = 1, .chunk = 2, .longest = 5}).tally;
  EXPECT_EQ(tally.passes, 3);
  EXPECT_EQ(tally.scoring, 2);
  EXPECT_EQ(tally.rows, 4);
  EXPECT_EQ(tally.scored, 2);
  EXPECT_EQ(tally.attended, 10);
  EXPECT_EQ(tally.read, 5);
}

TEST(Batcher, a_sequence_joins_as_soon_as_another_has_left) {
  const std::vector<Request> requests{request(0, 1, 4), request(0, 1, 1), request(0, 1, 2)};
  const BatchPolicy policy{.slots = 2, .longest = 5};
  EXPECT_THAT(serve(requests, policy).rows, ElementsAre(2, 2, 2, 1));
}

TEST(Batcher, without_continuous_batching_it_waits_for_the_longest) {
  const std::vector<Request> requests{request(0, 1, 4), request(0, 1, 1), request(0, 1, 2)};
  const BatchPolicy policy{.slots = 2, .continuous = false, .longest = 5};
  EXPECT_THAT(serve(requests, policy).rows, ElementsAre(2, 1, 1, 1, 1, 1));
}

TEST(Batcher, nobody_is_served_before_arriving_and_idle_steps_do_not_exist) {
  const std::vector<Request> requests{request(0, 1, 1), request(2, 1, 3), request(3, 1, 2)};
  EXPECT_THAT(serve(requests, {.slots = 4, .longest = 4}).rows, ElementsAre(1, 1, 2, 2));
}

TEST(Batcher, waste_is_what_was_reserved_and_not_filled) {
  // One sequence of 3 positions: 1, 2, 3 filled, a page of 4 each, and 8 if the longest is reserved.
  const auto use = serve({request(0, 1, 3)}, {.slots = 1, .longest = 8}).use;
  EXPECT_EQ(use.filled, 1 + 2 + 3);
  EXPECT_EQ(use.paged, 3 * 4);
  EXPECT_EQ(use.contiguous, 3 * 8);
  EXPECT_EQ(use.peak_paged, 4);
  EXPECT_EQ(use.peak_contiguous, 8);
}

TEST(Batcher, every_mix_is_answered_in_full_and_leaves_no_page_behind) {
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (const std::int64_t slots : {1, 3, 8})
      for (const bool continuous : {false, true})
        for (const bool contiguous : {false, true}) {
          const RequestMix mix{.count = 25, .prompt = 7, .answer = 5, .gap = 2, .seed = seed};
          const BatchPolicy policy{.slots = slots,
                                   .continuous = continuous,
                                   .contiguous = contiguous,
                                   .chunk = 3,
                                   .longest = longest_request(mix)};
          const auto requests = make_requests(mix, 331);
          const auto served = serve(requests, policy);
          EXPECT_THAT(served.rows, Each(::testing::Le(static_cast<std::size_t>(slots * 3))));
          for (std::size_t i = 0; i < requests.size(); ++i)
            ASSERT_EQ(served.answers.at(static_cast<std::int64_t>(i)),
                      static_cast<std::size_t>(requests[i].answer));
          ASSERT_EQ(served.free_at_end, slots * ((policy.longest + kPage - 1) / kPage));
        }
}

}  // namespace
}  // namespace hpct::qwen
