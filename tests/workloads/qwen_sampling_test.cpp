// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/sampling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

namespace hpct::qwen {
namespace {

/// Logits whose probabilities are 0.4, 0.1, 0.3, 0.2.
const std::vector<float> kFour{std::log(0.4F), std::log(0.1F), std::log(0.3F), std::log(0.2F)};

std::int64_t chosen(const std::vector<float>& logits, Sampling sampling) {
  return Sampler(static_cast<std::int64_t>(logits.size())).choose(logits, sampling);
}

TEST(QwenSampling, top_k_draws_among_the_k_largest_by_their_probability) {
  const auto at = [](double draw) {
    return chosen(kFour, {.rule = Sampling::Rule::top_k, .k = 2, .draw = draw});
  };
  EXPECT_EQ(at(0.0), 0);
  EXPECT_EQ(at(0.57), 0) << "4/7 of the probability of both";
  EXPECT_EQ(at(0.58), 2);
  EXPECT_EQ(at(0.999), 2);
}

TEST(QwenSampling, top_p_draws_among_the_fewest_that_reach_p) {
  const auto at = [](double p, double draw) {
    return chosen(kFour, {.rule = Sampling::Rule::top_p, .p = p, .draw = draw});
  };
  EXPECT_EQ(at(0.39, 0.99), 0);
  EXPECT_EQ(at(0.69, 0.99), 2);
  EXPECT_EQ(at(0.71, 0.99), 3);
  EXPECT_EQ(at(1.0, 0.45), 1) << "all four, in the order of their numbers";
}

TEST(QwenSampling, more_candidates_than_tokens_are_all_tokens) {
  EXPECT_EQ(chosen(kFour, {.rule = Sampling::Rule::top_k, .k = 100, .draw = 0.45}), 1);
}

TEST(QwenSampling, what_it_chooses_from_random_logits_is_what_sorting_them_gives) {
  std::mt19937 generator(1);
  std::normal_distribution<float> normal(0.0F, 4.0F);
  std::uniform_real_distribution<double> unit(0.0, 1.0);
  for (int round = 0; round < 200; ++round) {
    std::vector<float> logits(static_cast<std::size_t>(1 + round * 7));
    for (auto& logit : logits) logit = normal(generator);
    const std::vector<double> exact(logits.begin(), logits.end());
    for (const auto rule : {Sampling::Rule::top_k, Sampling::Rule::top_p}) {
      const Sampling sampling{
          .rule = rule, .k = 1 + round % 50, .p = unit(generator), .draw = unit(generator)};
      EXPECT_TRUE(is_choice(exact, chosen(logits, sampling), sampling, 1e-6)) << logits.size();
    }
  }
}

TEST(QwenSampling, draws_follow_the_probabilities) {
  std::vector<int> counts(4);
  for (int i = 0; i < 1000; ++i)
    ++counts[static_cast<std::size_t>(
        chosen(kFour, {.rule = Sampling::Rule::top_p, .p = 1, .draw = i / 1000.0}))];
  EXPECT_NEAR(counts[0], 400, 2);
  EXPECT_NEAR(counts[1], 100, 2);
  EXPECT_NEAR(counts[2], 300, 2);
  EXPECT_NEAR(counts[3], 200, 2);
}

TEST(QwenSampling, another_token_is_no_choice) {
  const std::vector<double> exact(kFour.begin(), kFour.end());
  const Sampling sampling{.rule = Sampling::Rule::top_k, .k = 2, .draw = 0.3};
  EXPECT_TRUE(is_choice(exact, 0, sampling, 1e-3));
  for (const std::int64_t token : {-1, 1, 2, 3, 4}) EXPECT_FALSE(is_choice(exact, token, sampling, 1e-3));
  EXPECT_TRUE(is_choice(exact, 0, {}, 1e-3));
  EXPECT_FALSE(is_choice(exact, 2, {}, 1e-3));
}

TEST(QwenSampling, logits_far_apart_and_all_alike_are_no_trouble) {
  std::vector<float> far{-1000.0F, 1000.0F, 0.0F};
  EXPECT_EQ(chosen(far, {.rule = Sampling::Rule::top_p, .p = 1, .draw = 0.999}), 1);
  const std::vector<float> same(100, 3.0F);
  EXPECT_EQ(chosen(same, {.rule = Sampling::Rule::top_p, .p = 0.5, .draw = 0.505}), 50)
      << "equal logits are all candidates";
}

}  // namespace
}  // namespace hpct::qwen
