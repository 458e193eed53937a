// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workloads/counted.h"
#include "tests/workloads/tiny_qwen.h"
#include "tests/workloads/workload_under_test.h"
#include "workloads/qwen/prefill_workload.h"

namespace hpct::qwen {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

BatchOptions options_of(int threads, bool tied = true) {
  return {.shape = tiny_shape(tied), .seed = 7, .threads = threads, .room = plenty()};
}

std::unique_ptr<PrefillWorkload> ready(BatchOptions options, std::int64_t tokens) {
  return prepared(std::make_unique<PrefillWorkload>(
      PrefillOptions{.model = std::move(options), .tokens = tokens, .checked = tokens}));
}

std::vector<Variant> runnable() {
  std::vector<Variant> all;
  for (const auto& method : prefill_methods())
    if (cpu_supports(method.variant.isa)) all.push_back(method.variant);
  return all;
}

Variant named(std::string_view name) {
  const auto all = runnable();
  return *std::ranges::find(all, name, &Variant::name);
}

struct Case {
  std::int64_t tokens;
  int threads;
  bool tied;
};

class EveryPrefillVariant : public ::testing::TestWithParam<Case> {};

TEST_P(EveryPrefillVariant, agrees_with_the_double_reference_on_every_token_of_the_prompt) {
  const auto [tokens, threads, tied] = GetParam();
  const auto workload = ready(options_of(threads, tied), tokens);
  for (const auto& variant : runnable()) EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Sizes, EveryPrefillVariant,
                         ::testing::Values(Case{1, 1, true}, Case{2, 2, true}, Case{6, 1, false},
                                           Case{7, 3, true}, Case{33, 2, true}, Case{65, 3, false}));

TEST(QwenPrefill, one_layer_of_the_real_shape_agrees_too) {
  auto options = options_of(2);
  options.shape = *shape_named("0.5B");
  options.shape.layers = 1;
  options.shape.vocabulary = 331;
  const auto workload = ready(options, 4);
  for (const auto& variant : runnable()) EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
}

TEST(QwenPrefill, repetitions_agree) {
  const auto workload = ready(options_of(2), 9);
  for (int i = 0; i < 3; ++i)
    for (const auto& variant : runnable()) EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
}

TEST(QwenPrefill, a_damaged_cache_entry_is_found) {
  const auto workload = ready(options_of(2), 9);
  for (const auto& variant : runnable()) {
    ASSERT_TRUE(workload->run(variant));
    workload->model().cache().values(1, 1, 4)[7] ^= std::byte{0x08};
    const auto check = workload->verify(variant);
    EXPECT_FALSE(check->ok) << variant.name;
  }
}

TEST(QwenPrefill, a_pass_that_did_not_run_does_not_pass_with_old_results) {
  const auto workload = ready(options_of(1), 9);
  ASSERT_THAT(run_and_verify(*workload, named("blocked")), IsEmpty());
  ASSERT_TRUE(workload->run(named("threads")));
  const auto check = workload->verify(named("threads"));
  EXPECT_TRUE(check->ok) << check->message;
  EXPECT_THAT(workload->verify(named("threads"))->message, HasSubstr("9 rows"));
}

TEST(QwenPrefill, wrong_logits_are_told_from_right_ones) {
  const BatchReference reference{.logits = {{1.0, 4.0, -2.0}}, .rounding_excess = 0};
  const std::vector<float> right{1.001F, 4.0F, -2.0F}, wrong{1.1F, 4.0F, -2.0F}, nan{1.0F, 4.0F, NAN};
  const auto ok = [&](const std::vector<float>& logits, std::int64_t token) {
    const RowResult row{logits, token};
    return batch_agreement({&row, 1}, reference, kFloatTolerance).ok;
  };
  EXPECT_TRUE(ok(right, 1));
  EXPECT_FALSE(ok(right, 0));
  EXPECT_FALSE(ok(right, -1));
  EXPECT_FALSE(ok(wrong, 1));
  EXPECT_FALSE(ok(nan, 1));
}

/// Flops that the naive decode step executes for the prompt, token by token, as counted by its scalar type.
/// It computes all logits of each token; the prompt's pass only those of the last.
TEST(QwenPrefill, flops_are_those_that_decoding_the_prompt_executes_less_the_unused_logits) {
  constexpr std::int64_t kTokens = 5;
  const auto shape = tiny_shape();
  DecodeWorkload decode(tiny_options(kTokens - 1));
  NoProgress progress;
  ASSERT_TRUE(decode.prepare(progress));
  auto& model = decode.model();
  std::vector<Counted> weights;
  const auto expanded = expand_weights(shape, model.weights.matrices, *make_thread_team(1).value());
  for (const auto weight : expanded->span()) weights.emplace_back(weight);
  NaiveStep<Counted> step(model, weights.data());
  Counted::operations = 0;
  for (std::int64_t t = 0; t < kTokens; ++t) {
    model.place(3, t);
    step.run();
  }
  const auto unused = (kTokens - 1) * (2 * shape.hidden * shape.vocabulary + 4 * shape.hidden + 4);
  const auto workload = ready(options_of(1), kTokens);
  EXPECT_EQ(workload->work(named("blocked")).total.flops->amount,
            static_cast<double>(Counted::operations - unused));
}

TEST(QwenPrefill, one_pass_reads_each_weight_once_and_token_by_token_as_often_as_there_are_tokens) {
  const auto shape = tiny_shape();
  const auto workload = ready(options_of(1), 5);
  const auto read = [&](const char* variant) {
    return workload->work(named(variant)).regions.at("pass/down").bytes_read->amount;
  };
  const auto once = static_cast<double>(2 * shape.layers * shape.intermediate * shape.hidden);
  EXPECT_EQ(read("blocked"), once);
  EXPECT_EQ(read("naive"), 5 * once);
}

TEST(QwenPrefill, a_prompt_that_does_not_fit_is_refused_in_one_line) {
  BatchOptions options{.shape = *shape_named("7B"), .room = MemoryRoom{1U << 30, 1U << 30}};
  PrefillWorkload workload({.model = options, .tokens = 16});
  EXPECT_THAT(refusal_of(workload).message, HasSubstr("qwen-prefill 7B in bf16 + f16"));
}

TEST(QwenPrefill, more_layers_than_the_model_has_is_a_usage_error) {
  const auto& info = find_workload("qwen-prefill");
  const auto made = info.make(settings_for(info, 1, {"layers=25"}));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::usage);
}

}  // namespace
}  // namespace hpct::qwen
