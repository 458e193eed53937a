// SPDX-License-Identifier: Apache-2.0
// The flops that passes over many tokens declare, against those that decoding token by token executes.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/workloads/counted.h"
#include "tests/workloads/tiny_qwen.h"
#include "tests/workloads/workload_under_test.h"
#include "workloads/qwen/serving_workload.h"
#include "workloads/qwen/speculative_workload.h"

namespace hpct::qwen {
namespace {

/// The naive step with a scalar type that counts.
class CountedSteps {
 public:
  explicit CountedSteps(std::int64_t positions) : workload_(tiny_options(positions)) {
    NoProgress progress;
    EXPECT_TRUE(workload_.prepare(progress));
    auto& model = workload_.model();
    const auto expanded = expand_weights(model.shape, model.weights.matrices, *make_thread_team(1).value());
    for (const auto weight : expanded->span()) weights_.emplace_back(weight);
    NaiveStep<Counted> step(model, weights_.data());
    for (std::int64_t p = 0; p < positions; ++p) {
      model.place(3, p);
      flops_.push_back(count_of([&] { step.run(); }));
    }
  }

  /// Of the tokens at `first` .. `last` - 1, with logits for each.
  [[nodiscard]] double sum(std::int64_t first, std::int64_t last) const {
    return std::accumulate(flops_.begin() + first, flops_.begin() + last, 0.0);
  }

 private:
  DecodeWorkload workload_;
  std::vector<Counted> weights_;
  std::vector<double> flops_;  ///< by position
};

/// The last norm and the head, which a pass computes only where a token is chosen.
double flops_of_logits() {
  const auto shape = tiny_shape();
  return static_cast<double>(2 * shape.hidden * shape.vocabulary + 4 * shape.hidden + 4);
}

TEST(QwenSpeculativeWork, flops_of_plain_decoding_are_those_that_the_naive_steps_execute) {
  constexpr std::int64_t kContext = 11, kTokens = 20;
  SpeculativeWorkload workload({.model = {.shape = tiny_shape(), .seed = 7, .threads = 1, .room = plenty()},
                                .context = kContext,
                                .tokens = kTokens,
                                .draft = 4,
                                .acceptance = 1,
                                .isa = Isa::baseline});
  NoProgress progress;
  ASSERT_TRUE(workload.prepare(progress));
  const auto executed = CountedSteps(kContext + kTokens).sum(kContext, kContext + kTokens);
  for (const auto& variant : speculative_variants(4, Isa::baseline)) {
    if (variant.name != "plain" && variant.name != "draft-4") continue;  // 20 tokens are 4 passes of 5
    ASSERT_TRUE(workload.run(variant));
    EXPECT_EQ(workload.work(variant).total.flops->amount, executed) << variant.name;
  }
}

TEST(QwenSpeculativeWork, drafts_that_are_never_right_are_flops_for_nothing) {
  constexpr std::int64_t kContext = 11, kTokens = 6, kDraft = 2;
  SpeculativeWorkload workload({.model = {.shape = tiny_shape(), .seed = 7, .threads = 1, .room = plenty()},
                                .context = kContext,
                                .tokens = kTokens,
                                .draft = kDraft,
                                .acceptance = 0,
                                .isa = Isa::baseline});
  NoProgress progress;
  ASSERT_TRUE(workload.prepare(progress));
  const CountedSteps steps(kContext + kTokens + kDraft);
  double executed = 0;  // each pass looks at the drafted tokens and keeps the first of what the model says
  for (std::int64_t token = 0; token < kTokens; ++token) {
    const auto drafted = std::min(kDraft, kTokens - 1 - token);
    executed += steps.sum(kContext + token, kContext + token + 1 + drafted);
  }
  const auto variant = speculative_variants(kDraft, Isa::baseline)[1];
  ASSERT_TRUE(workload.run(variant));
  EXPECT_EQ(workload.work(variant).total.flops->amount, executed);
}

TEST(QwenServingWork, flops_are_those_that_the_naive_steps_of_all_sequences_execute) {
  const ServingOptions options{.model = {.shape = tiny_shape(), .seed = 7, .threads = 1, .room = plenty()},
                               .mix = {.count = 5, .prompt = 9, .answer = 6, .gap = 1},
                               .slots = 4,
                               .page = 4,
                               .chunk = 3,
                               .isa = Isa::baseline,
                               .checked = 1};
  ServingWorkload workload(options);
  NoProgress progress;
  ASSERT_TRUE(workload.prepare(progress));
  const CountedSteps steps(longest_request(options.mix));
  double executed = 0;
  for (const auto& request : workload.requests()) {
    const auto prompt = static_cast<std::int64_t>(request.prompt.size());
    executed +=
        steps.sum(0, prompt + request.answer - 1) - static_cast<double>(prompt - 1) * flops_of_logits();
  }
  for (const auto& variant : serving_variants(options.slots, options.isa)) {
    ASSERT_TRUE(workload.run(variant));
    EXPECT_EQ(workload.work(variant).total.flops->amount, executed) << variant.name;
  }
}

/// Difference from the largest, exponential and sum of each candidate.
double flops_of_softmax(std::int64_t candidates) {
  return count_of([&] {
    Counted sum = 0;
    for (std::int64_t i = 0; i < candidates; ++i) sum += exp(Counted(0.5F) - Counted(1.0F));
  });
}

TEST(QwenSamplingWork, flops_are_those_of_a_softmax_over_the_candidates_of_the_rule) {
  const auto& info = find_workload("qwen-sampling");
  const auto declared = [&](const char* rule) {
    const auto settings = settings_for(info, 1, {"model=tiny", "rows=3", "k=40", rule});
    return prepared(info, settings)->work(info.variants(settings).front()).total.flops->amount;
  };
  EXPECT_EQ(declared("sampling=argmax"), 0);
  EXPECT_EQ(declared("sampling=top-k"), 3 * flops_of_softmax(40));
  EXPECT_EQ(declared("sampling=top-p"), 3 * flops_of_softmax(shape_named("tiny")->vocabulary));
}

}  // namespace
}  // namespace hpct::qwen
