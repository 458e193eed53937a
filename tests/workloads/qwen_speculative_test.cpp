// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workloads/tiny_qwen.h"
#include "tests/workloads/workload_under_test.h"
#include "workloads/qwen/speculative_workload.h"

namespace hpct::qwen {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SpeculativeOptions options_of(double acceptance, int threads = 1) {
  return {.model = {.shape = tiny_shape(), .seed = 7, .threads = threads, .room = plenty()},
          .context = 11,
          .tokens = 40,
          .draft = 3,
          .acceptance = acceptance,
          .isa = best_pass_isa()};
}

std::unique_ptr<SpeculativeWorkload> ready(const SpeculativeOptions& options) {
  return prepared(std::make_unique<SpeculativeWorkload>(options));
}

std::vector<Variant> all_variants() { return speculative_variants(3, best_pass_isa()); }

TEST(QwenSpeculative, variants_are_plain_and_by_drafted_tokens) {
  std::vector<std::string> names;
  for (const auto& variant : all_variants()) names.push_back(variant.name);
  EXPECT_THAT(names, ElementsAre("plain", "draft-2", "draft-3", "draft-4", "draft-8"));
}

TEST(QwenSpeculative, every_variant_says_what_plain_decoding_says) {
  for (const double acceptance : {0.0, 0.5, 0.8, 1.0})
    for (const int threads : {1, 3}) {
      const auto workload = ready(options_of(acceptance, threads));
      for (const auto& variant : all_variants()) {
        EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
        EXPECT_EQ(workload->output(), workload->truth()) << variant.name;
      }
    }
}

TEST(QwenSpeculative, the_scalar_kernels_agree_too) {
  auto options = options_of(0.7);
  options.isa = Isa::baseline;
  const auto workload = ready(options);
  for (const auto& variant : all_variants()) EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
}

double passes(SpeculativeWorkload& workload, const Variant& variant) {
  EXPECT_TRUE(workload.run(variant));
  const auto facts = workload.work(variant).facts;
  return 40 / facts.at("draft.tokens_per_pass").number.value();
}

TEST(QwenSpeculative, drafts_that_are_always_right_give_one_token_more_than_were_drafted) {
  const auto workload = ready(options_of(1));
  EXPECT_EQ(passes(*workload, all_variants()[3]), 8) << "40 tokens by 5";
}

TEST(QwenSpeculative, drafts_that_are_never_right_give_one_token) {
  const auto workload = ready(options_of(0));
  EXPECT_EQ(passes(*workload, all_variants()[3]), 40);
}

TEST(QwenSpeculative, the_expected_tokens_are_those_of_the_coin) {
  EXPECT_DOUBLE_EQ(expected_tokens(4, 0.8), (1 - std::pow(0.8, 5)) / 0.2);
  EXPECT_DOUBLE_EQ(expected_tokens(4, 1.0), 5);
  EXPECT_DOUBLE_EQ(expected_tokens(4, 0.0), 1);
  auto options = options_of(0.6);
  options.tokens = 600;
  const auto workload = ready(options);
  const auto variant = all_variants()[2];
  ASSERT_TRUE(workload->run(variant));
  const auto facts = workload->work(variant).facts;
  EXPECT_NEAR(facts.at("draft.accepted").number.value(), 0.6, 0.05);
  EXPECT_NEAR(facts.at("draft.tokens_per_pass").number.value(), expected_tokens(3, 0.6), 0.15);
}

TEST(QwenSpeculative, latency_cache_and_bytes_per_token_are_told) {
  auto options = options_of(0.8);
  options.page = 4;
  const auto workload = ready(options);
  for (const auto& variant : all_variants()) {
    ASSERT_TRUE(workload->run(variant));
    const auto work = workload->work(variant);
    EXPECT_GT(work.facts.at("latency.p50").number, 0);
    EXPECT_GE(work.facts.at("latency.p99").number, work.facts.at("latency.p50").number);
    EXPECT_NEAR(*work.facts.at("kv.waste.paged").number, 1.0 / 52, 1e-12) << "11 + 40 of 13 pages";
    EXPECT_EQ(work.facts.at("token.bytes").number,
              (work.total.bytes_read->amount + work.total.bytes_written->amount) / 40);
  }
}

TEST(QwenSpeculative, pages_do_not_change_what_is_said) {
  auto options = options_of(0.5);
  std::vector<std::vector<std::int64_t>> said;
  for (const std::int64_t page : {0, 1, 16}) {
    options.page = page;
    const auto workload = ready(options);
    EXPECT_THAT(run_and_verify(*workload, all_variants()[2]), IsEmpty()) << page;
    said.push_back(workload->output());
  }
  EXPECT_EQ(said[0], said[1]);
  EXPECT_EQ(said[0], said[2]);
}

TEST(QwenSpeculative, a_wrong_token_is_found) {
  const auto workload = ready(options_of(0.5));
  for (const auto& variant : all_variants()) {
    ASSERT_TRUE(workload->run(variant));
    workload->output()[17] += 1;
    const auto check = workload->verify(variant);
    EXPECT_FALSE(check->ok);
    EXPECT_THAT(check->message, HasSubstr("token 17 is not"));
  }
}

TEST(QwenSpeculative, a_pass_over_drafts_reads_the_weights_once) {
  const auto workload = ready(options_of(1));
  const auto read = [&](const Variant& variant) {
    EXPECT_TRUE(workload->run(variant));
    return workload->work(variant).regions.at("pass/down").bytes_read->amount;
  };
  EXPECT_EQ(read(all_variants()[0]), 5 * read(all_variants()[3]));
}

TEST(QwenSpeculative, a_model_that_does_not_fit_is_refused_in_one_line) {
  auto options = options_of(0.5);
  options.model.shape = *shape_named("7B");
  options.model.room = MemoryRoom{1U << 30, 1U << 30};
  SpeculativeWorkload workload(options);
  EXPECT_THAT(refusal_of(workload).message,
              HasSubstr("qwen-speculative 7B in bf16 needs 14.2 GiB of memory, 1.0 GiB"));
}

}  // namespace
}  // namespace hpct::qwen
