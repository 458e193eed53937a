// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workloads/tiny_qwen.h"
#include "tests/workloads/workload_under_test.h"
#include "workloads/qwen/serving_workload.h"

namespace hpct::qwen {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ServingOptions options_of(int threads) {
  return {.model = {.shape = tiny_shape(), .seed = 7, .threads = threads, .room = plenty()},
          .mix = {.count = 10, .prompt = 9, .answer = 6, .gap = 1},
          .slots = 4,
          .page = 4,
          .chunk = 3,
          .isa = best_pass_isa(),
          .checked = 10};
}

std::unique_ptr<ServingWorkload> ready(const ServingOptions& options) {
  return prepared(std::make_unique<ServingWorkload>(options));
}

std::vector<Variant> variants_of(const ServingOptions& options) {
  return serving_variants(options.slots, options.isa);
}

double fact(const ServingWorkload& workload, const char* name) {
  return workload.work({}).facts.at(name).number.value();
}

TEST(QwenServing, variants_double_up_to_the_slots_with_the_static_batch_before_the_last) {
  std::vector<std::string> names;
  for (const auto& variant : serving_variants(12, Isa::baseline)) names.push_back(variant.name);
  EXPECT_THAT(names, ElementsAre("batch-1", "batch-2", "batch-4", "batch-8", "static-12", "batch-12"));
}

struct Case {
  int threads;
  std::int64_t page;
  std::int64_t chunk;
  bool contiguous;
  Isa isa;
};

class EveryServing : public ::testing::TestWithParam<Case> {};

TEST_P(EveryServing, answers_each_sequence_as_if_it_were_alone) {
  const auto& [threads, page, chunk, contiguous, isa] = GetParam();
  if (!cpu_supports(isa)) GTEST_SKIP() << "this CPU has no such instructions";
  auto options = options_of(threads);
  options.page = page;
  options.chunk = chunk;
  options.contiguous = contiguous;
  options.isa = isa;
  const auto workload = ready(options);
  std::vector<std::vector<std::int64_t>> answers;
  for (const auto& variant : variants_of(options)) {
    EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
    if (answers.empty()) answers = workload->answers();
    EXPECT_EQ(workload->answers(), answers) << variant.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, EveryServing,
                         ::testing::Values(Case{1, 4, 3, false, Isa::baseline},
                                           Case{2, 1, 16, false, Isa::baseline},
                                           Case{3, 16, 1, true, Isa::baseline},
                                           Case{2, 4, 3, false, best_pass_isa()},
                                           Case{2, 5, 7, true, best_pass_isa()}));

TEST(QwenServing, the_same_seed_gives_the_same_answers_and_another_seed_others) {
  const auto options = options_of(2);
  auto other = options;
  other.model.seed = 8;
  const auto first = ready(options), again = ready(options), different = ready(other);
  const auto variant = variants_of(options).back();
  for (auto* workload : {first.get(), again.get(), different.get()}) ASSERT_TRUE(workload->run(variant));
  EXPECT_EQ(first->answers(), again->answers());
  EXPECT_NE(first->answers(), different->answers());
}

TEST(QwenServing, a_wrong_token_is_found) {
  const auto options = options_of(1);
  const auto workload = ready(options);
  for (const auto& variant : variants_of(options)) {
    ASSERT_TRUE(workload->run(variant));
    auto& token = workload->answers()[3][1];
    token = (token + 1) % 331;
    const auto check = workload->verify(variant);
    EXPECT_FALSE(check->ok);
    EXPECT_THAT(check->message, HasSubstr("of answer 3 is"));
  }
}

TEST(QwenServing, an_answer_cut_short_is_found) {
  const auto options = options_of(1);
  const auto workload = ready(options);
  ASSERT_TRUE(workload->run(variants_of(options).back()));
  workload->answers()[3].pop_back();
  EXPECT_THAT(workload->verify(variants_of(options).back())->message, HasSubstr("answer 3 is not complete"));
}

TEST(QwenServing, pages_of_one_token_waste_nothing_and_a_reservation_wastes_what_it_does_not_fill) {
  auto options = options_of(1);
  options.page = 1;
  const auto workload = ready(options);
  ASSERT_TRUE(workload->run(variants_of(options).back()));
  EXPECT_EQ(fact(*workload, "kv.waste.paged"), 0);
  EXPECT_GT(fact(*workload, "kv.waste.contiguous"), 0.2);
  EXPECT_LT(fact(*workload, "kv.peak.paged"), fact(*workload, "kv.peak.contiguous"));
}

TEST(QwenServing, a_larger_batch_reads_the_weights_less_often_for_the_same_tokens) {
  const auto options = options_of(1);
  const auto workload = ready(options);
  const auto variants = variants_of(options);
  ASSERT_TRUE(workload->run(variants.front()));
  const auto alone = workload->work(variants.front());
  ASSERT_TRUE(workload->run(variants.back()));
  const auto together = workload->work(variants.back());
  EXPECT_EQ(alone.total.items->amount, together.total.items->amount);
  EXPECT_EQ(alone.total.flops->amount, together.total.flops->amount);
  EXPECT_LT(together.total.bytes_read->amount, 0.6 * alone.total.bytes_read->amount);
}

TEST(QwenServing, latencies_are_told) {
  const auto options = options_of(1);
  const auto workload = ready(options);
  ASSERT_TRUE(workload->run(variants_of(options).back()));
  EXPECT_GT(fact(*workload, "latency.p50"), 0);
  EXPECT_GE(fact(*workload, "latency.p99"), fact(*workload, "latency.p50"));
  EXPECT_GT(fact(*workload, "first_token.p50"), 0);
}

TEST(QwenServing, a_model_that_does_not_fit_is_refused_in_one_line) {
  auto options = options_of(1);
  options.model.shape = *shape_named("7B");
  options.model.room = MemoryRoom{1U << 30, 1U << 30};
  ServingWorkload workload(options);
  EXPECT_THAT(refusal_of(workload).message,
              HasSubstr("qwen-serving 7B in bf16 needs 14.2 GiB of memory, 1.0 GiB"));
}

}  // namespace
}  // namespace hpct::qwen
