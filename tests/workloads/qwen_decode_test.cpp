// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <set>

#include "collector/recorder.h"
#include "tests/workloads/tiny_qwen.h"
#include "tests/workloads/workload_under_test.h"

namespace hpct::qwen {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::unique_ptr<DecodeWorkload> ready(DecodeOptions options) {
  return prepared(std::make_unique<DecodeWorkload>(std::move(options)));
}

std::vector<Variant> runnable(const DecodeOptions& options) {
  auto variants = decode_variants(options);
  std::erase_if(variants, [](const Variant& variant) { return !cpu_supports(variant.isa); });
  return variants;
}

Variant naive() { return {.name = "naive", .summary = {}, .isa = Isa::baseline, .parallel = false}; }

constexpr std::array kFormats{Format::bf16, Format::f16, Format::q8, Format::q4, Format::q4g128};

DecodeOptions options_of_blocks(std::int64_t context, int threads = 1) {
  auto options = tiny_options(context, threads);
  options.shape = tiny_shape_of_blocks();
  return options;
}

struct Case {
  std::int64_t context;
  int threads;
  bool tied;
};

class EveryDecodeVariant : public ::testing::TestWithParam<Case> {};

TEST_P(EveryDecodeVariant, agrees_with_the_double_reference) {
  const auto [context, threads, tied] = GetParam();
  for (const auto& shape : {tiny_shape(tied), tiny_shape_of_blocks(tied)}) {
    auto options = tiny_options(context, threads);
    options.shape = shape;
    const auto workload = ready(options);
    for (const auto& variant : runnable(options)) EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, EveryDecodeVariant,
                         ::testing::Values(Case{0, 1, true}, Case{0, 2, true}, Case{0, 3, false},
                                           Case{1, 1, false}, Case{31, 2, true}, Case{100, 1, true},
                                           Case{100, 2, false}, Case{100, 3, true}));

TEST(QwenDecode, every_variant_agrees_with_every_format_of_the_cache) {
  for (const auto cache : {Format::f16, Format::q8})
    for (const std::int64_t context : {0, 100}) {
      auto options = options_of_blocks(context, 2);
      options.cache = cache;
      const auto workload = ready(options);
      for (const auto& variant : runnable(options))
        EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty()) << name_of(cache);
    }
}

TEST(QwenDecode, every_variant_agrees_with_a_cache_in_pages_of_every_format) {
  for (const auto cache : {Format::bf16, Format::f16, Format::q8})
    for (const auto& [context, page] : {std::pair{0, 16}, {100, 1}, {100, 7}}) {
      auto options = tiny_options(context, 3);
      options.cache = cache;
      options.page = page;
      const auto workload = ready(options);
      for (const auto& variant : runnable(options))
        EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty()) << name_of(cache) << " " << page;
    }
}

TEST(QwenDecode, each_variant_but_the_naive_one_has_a_paged_twin_when_a_page_is_set) {
  auto options = tiny_options(10);
  const auto without = decode_variants(options);
  options.page = 4;
  const auto with = decode_variants(options);
  EXPECT_EQ(with.size(), 2 * without.size() - 1);
  EXPECT_EQ(with[0].name, "naive");
  EXPECT_EQ(with[2].name, with[1].name + "-paged");
  EXPECT_TRUE(with[2].aside);
}

TEST(QwenDecode, a_cache_in_pages_holds_the_same_numbers_in_scattered_places) {
  auto options = tiny_options(60);
  options.page = 4;
  const auto workload = ready(options);
  const auto& whole = workload->model().cache;
  const auto& paged = workload->model(Format::bf16, true).cache;
  const auto bytes = static_cast<std::size_t>(whole.row_bytes());
  for (std::int64_t p = 0; p < 60; ++p)
    EXPECT_EQ(std::memcmp(whole.key_row(1, 1, p), paged.key_row(1, 1, p), bytes), 0) << p;
  std::vector<std::int64_t> begins;
  paged.for_each_run(3, 61, [&](std::int64_t position, std::int64_t count) {
    begins.push_back(position);
    for (std::int64_t i = 1; i < count; ++i)
      EXPECT_EQ(paged.key_row(0, 0, position + i), paged.key_row(0, 0, position) + i * paged.row_bytes());
  });
  EXPECT_GT(begins.size(), 10U) << "of 16 pages";
  EXPECT_EQ(paged.reserved(), 64);
}

TEST(QwenDecode, the_waste_of_pages_is_the_unfilled_end_of_the_last) {
  auto options = tiny_options(60);
  options.page = 16;
  const auto facts = ready(options)->work(runnable(options)[1]).facts;
  EXPECT_EQ(facts.at("kv.bytes.contiguous").number, 2.0 * 2 * 2 * 32 * 2 * 61);
  EXPECT_EQ(facts.at("kv.bytes.paged").number, 2.0 * 2 * 2 * 32 * 2 * 64);
  EXPECT_EQ(facts.at("kv.waste.paged").number, 3.0 / 64);
}

TEST(QwenDecode, bytes_per_token_are_those_declared) {
  const auto options = tiny_options(60);
  const auto work = ready(options)->work(runnable(options)[1]);
  EXPECT_EQ(work.facts.at("token.bytes").number,
            work.total.bytes_read->amount + work.total.bytes_written->amount);
}

TEST(QwenDecode, a_key_that_is_stored_with_another_scale_is_found) {
  auto options = tiny_options(10);
  options.cache = Format::q8;
  const auto workload = ready(options);
  const auto variant = runnable(options)[1];
  ASSERT_TRUE(workload->run(variant));
  workload->model().cache.key_row(1, 0, 10)[0] ^= std::byte{0x40};  // 1/16 of the scale
  const auto check = workload->verify(variant);
  EXPECT_FALSE(check->ok);
  EXPECT_THAT(check->message, HasSubstr("rounded wrongly"));
}

/// The kernels take halves for finite; that they are is this check's to find.
TEST(QwenDecode, a_key_too_large_for_a_cache_of_halves_is_found_in_every_variant) {
  auto options = options_of_blocks(10, 2);
  options.cache = Format::f16;
  const auto workload = ready(options);
  const auto keys = static_cast<std::size_t>(options.shape.query_size());
  for (const auto format : kFormats) workload->model(format).weights.biases[keys] = 1e6F;
  for (const auto& variant : runnable(options)) {
    ASSERT_TRUE(workload->run(variant));
    EXPECT_FALSE(workload->verify(variant)->ok) << variant.name;
  }
}

TEST(QwenDecode, every_variant_samples_what_the_reference_does) {
  for (const auto rule : {Sampling::Rule::top_k, Sampling::Rule::top_p})
    for (const double draw : {0.1, 0.7}) {
      auto options = tiny_options(20, 2);
      options.sampling = {.rule = rule, .k = 30, .p = 0.9, .draw = draw};
      const auto workload = ready(options);
      for (const auto& variant : runnable(options))
        EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
    }
}

TEST(QwenDecode, one_layer_of_the_real_shape_agrees_too) {
  auto options = tiny_options(50, 2);
  options.shape = *shape_named("0.5B");
  options.shape.layers = 1;
  options.shape.vocabulary = 331;  // the head alone would take longer than all else
  const auto workload = ready(options);
  for (const auto& variant : runnable(options)) EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
}

TEST(QwenDecode, repetitions_are_the_same_step) {
  const auto options = tiny_options(20, 2);
  const auto workload = ready(options);
  for (int repetition = 0; repetition < 3; ++repetition)
    for (const auto& variant : runnable(options)) EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
}

/// What verify() says of a step that was taken on a damaged model: damage(format) is undone by itself.
template <class Damage>
void expect_found(DecodeWorkload& workload, const std::vector<Variant>& variants, const Damage& damage) {
  for (const auto& variant : variants) {
    for (const auto format : kFormats) damage(format);
    ASSERT_TRUE(workload.run(variant));
    for (const auto format : kFormats) damage(format);
    const auto check = workload.verify(variant);
    ASSERT_TRUE(check);
    EXPECT_FALSE(check->ok) << variant.name << ": " << check->message;
  }
}

TEST(QwenDecode, a_wrong_row_of_weights_is_found_in_every_variant_that_reads_it) {
  const auto options = options_of_blocks(10, 2);
  const auto workload = ready(options);
  auto variants = runnable(options);
  std::erase_if(variants,
                [](const Variant& variant) { return variant.name == "naive"; });  // has its own copy
  expect_found(*workload, variants, [&](Format format) {
    auto& weights = workload->model(format).weights;
    const auto& matrix = weights.matrices.layers[1].down;
    std::byte* const row = weights.block.data() + (matrix.data - weights.block.data());
    for (std::int64_t i = 0; i < matrix.row_bytes(); ++i) row[i] ^= std::byte{0x58};
  });
}

TEST(QwenDecode, a_wrong_bias_is_found_in_every_variant) {
  const auto options = options_of_blocks(10);
  const auto workload = ready(options);
  expect_found(*workload, runnable(options), [&](Format format) {
    auto& bias = workload->model(format).weights.biases[0];
    bias = 1.0F - bias;
  });
}

TEST(QwenDecode, a_wrong_cache_entry_is_found_in_every_variant) {
  const auto options = options_of_blocks(10);
  const auto workload = ready(options);
  expect_found(*workload, runnable(options),
               [&](Format format) { workload->model(format).cache.values(0, 1)[3] ^= 0x0840; });
}

TEST(QwenDecode, a_key_that_is_stored_one_place_off_is_found) {
  const auto options = tiny_options(10);
  const auto workload = ready(options);
  const auto variant = runnable(options)[1];
  ASSERT_TRUE(workload->run(variant));
  Bf16* const key = workload->model().cache.keys(1, 0) + 10 * options.shape.head_dim;
  std::swap(key[2], key[3]);
  const auto check = workload->verify(variant);
  EXPECT_FALSE(check->ok);
  EXPECT_THAT(check->message, HasSubstr("rounded wrongly"));
}

TEST(QwenDecode, a_second_step_that_differs_from_the_first_in_one_bit_is_compared_anew) {
  const auto options = tiny_options(10);
  const auto workload = ready(options);
  const auto variant = runnable(options)[1];
  EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
  ASSERT_TRUE(workload->run(variant));
  workload->model().weights.biases[0] += 1.0F;  // now the reference would disagree, and is not asked
  EXPECT_TRUE(workload->verify(variant)->ok);
  EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty())
      << "a new result, which agrees with the new bias";
}

TEST(QwenDecode, a_step_that_did_not_run_does_not_pass_with_old_logits) {
  const auto options = tiny_options(10);
  const auto workload = ready(options);
  const auto variants = runnable(options);
  ASSERT_THAT(run_and_verify(*workload, variants[1]), IsEmpty());
  ASSERT_TRUE(workload->run(variants[0]));  // another variant's logits
  EXPECT_FALSE(workload->verify(variants[1])->ok);
}

TEST(QwenDecode, verifying_twice_gives_the_same_answer) {
  const auto options = tiny_options(10);
  const auto workload = ready(options);
  ASSERT_TRUE(workload->run(naive()));
  EXPECT_TRUE(workload->verify(naive())->ok);
  EXPECT_TRUE(workload->verify(naive())->ok);
}

TEST(QwenDecode, the_seed_decides_the_weights_and_the_thread_count_does_not) {
  const auto one = ready(options_of_blocks(4, 1));
  const auto three = ready(options_of_blocks(4, 3));
  auto other_seed = options_of_blocks(4, 1);
  other_seed.seed = 8;
  const auto other = ready(other_seed);
  for (const auto format : kFormats) {
    const auto weights = [format](const auto& workload) {
      const auto span = workload->model(format).weights.block.span();
      return std::vector<std::byte>(span.begin(), span.end());
    };
    EXPECT_EQ(weights(one), weights(three)) << name_of(format);
    EXPECT_NE(weights(one), weights(other)) << name_of(format);
  }
}

TEST(QwenDecode, a_model_that_does_not_fit_is_refused_in_one_line) {
  auto shape = *shape_named("7B");
  constexpr std::uint64_t kFree = std::uint64_t{9} << 30;
  DecodeWorkload workload({.shape = shape,
                           .seed = 1,
                           .threads = 1,
                           .variants = {"avx2", "bf16"},
                           .room = MemoryRoom{kFree, kFree}});
  const auto refusal = refusal_of(workload);
  EXPECT_EQ(refusal.code, ErrorCode::not_supported);
  EXPECT_EQ(refusal.message, "qwen-decode 7B in bf16 needs 14.2 GiB of memory, 9.0 GiB are available");
}

TEST(QwenDecode, a_shape_whose_rows_are_no_whole_blocks_is_refused_in_one_line) {
  auto options = tiny_options(10);
  for (const auto& variant : decode_variants(options)) EXPECT_THAT(variant.name, Not(HasSubstr("g128")));
  options.variants = {"int4g128-threads"};
  DecodeWorkload workload(options);
  const auto refusal = refusal_of(workload);
  EXPECT_EQ(refusal.code, ErrorCode::not_supported);
  EXPECT_EQ(refusal.message,
            "qwen-decode tiny: its rows of 64, 128 and 96 weights are no whole blocks of 128 int4g128");
}

TEST(QwenDecode, naive_is_refused_where_only_the_bf16_weights_fit) {
  auto options = tiny_options(10);
  options.variants = {"naive", "bf16"};
  options.room->available = memory_needed(options.shape, Format::bf16, options.context);
  const auto workload = ready(options);
  const auto ran = workload->run(naive());
  ASSERT_FALSE(ran);
  EXPECT_THAT(ran.error().message, AllOf(HasSubstr("tiny naive needs"), HasSubstr("available")));
  EXPECT_THAT(run_and_verify(*workload, runnable(options)[1]), IsEmpty());
}

TEST(QwenDecode, naive_is_not_offered_where_the_machine_could_never_hold_it) {
  const auto shape = *shape_named("7B");
  constexpr std::uint64_t kSmall = std::uint64_t{24} << 30;
  EXPECT_NE(
      decode_variants({.shape = shape, .context = 256, .room = MemoryRoom{kSmall, kSmall}}).front().name,
      "naive");
  EXPECT_EQ(decode_variants({.shape = shape, .context = 256, .room = plenty()}).front().name, "naive");
}

TEST(QwenDecode, more_layers_than_the_model_has_is_a_usage_error) {
  const auto& info = find_workload("qwen-decode");
  const auto settings = settings_for(info, 1, {"layers=25"});
  EXPECT_FALSE(info.variants(settings).empty()) << "would hide the reason";
  const auto made = info.make(settings);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::usage);
  EXPECT_EQ(made.error().message, "parameter layers = 25, but 0.5B has 24");
}

TEST(QwenDecode, every_thread_opens_every_declared_region) {
  const auto options = tiny_options(10, 2);
  const auto workload = ready(options);
  const auto variant = runnable(options)[2];
  recorder::take();
  recorder::start();
  ASSERT_TRUE(workload->run(variant));
  recorder::stop();
  const auto recording = recorder::take();
  ASSERT_EQ(recording.threads.size(), 2U);
  for (const auto& thread : recording.threads) {
    std::set<std::string> names;
    for (const auto& record : thread.records) names.insert(recording.place(record.site).name);
    for (const auto& [path, work] : workload->work(variant).regions)
      EXPECT_TRUE(names.contains(path.substr(path.rfind('/') + 1))) << path;
  }
}

}  // namespace
}  // namespace hpct::qwen
