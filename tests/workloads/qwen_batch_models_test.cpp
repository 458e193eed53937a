// SPDX-License-Identifier: Apache-2.0
// Weights and caches of every format, made up or from a file, in the workloads of many tokens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/temporary_folder.h"
#include "tests/workloads/counted.h"
#include "tests/workloads/gguf_writer.h"
#include "tests/workloads/tiny_qwen.h"
#include "tests/workloads/workload_under_test.h"
#include "workloads/qwen/declared_work.h"
#include "workloads/qwen/naive_kernels.h"
#include "workloads/qwen/prefill_workload.h"
#include "workloads/qwen/serving_workload.h"
#include "workloads/qwen/speculative_workload.h"

namespace hpct::qwen {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kNames[] = {"qwen-prefill", "qwen-serving", "qwen-speculative"};

/// Small enough for milliseconds; each workload takes those it knows.
std::vector<std::string> small_settings(std::string_view workload, const std::string& model) {
  std::vector<std::string> all{"model=" + model};
  if (workload == "qwen-prefill") all.insert(all.end(), {"prompt=9"});
  if (workload == "qwen-serving")
    all.insert(all.end(), {"batch=3", "requests=5", "prompt=6", "answer=4", "chunk=3", "page=4"});
  if (workload == "qwen-speculative") all.insert(all.end(), {"context=11", "tokens=9", "page=4"});
  return all;
}

void expect_every_variant_agrees(std::string_view name, const std::vector<std::string>& set) {
  const auto& info = find_workload(name);
  const auto settings = settings_for(info, 2, set);
  const auto workload = prepared(info, settings);
  for (const auto& variant : runnable_variants(info, settings))
    EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty()) << name;
}

class QwenBatchFile : public ::testing::TestWithParam<const char*> {
 protected:
  std::string write(const GgufWriter& writer) const {
    write_bytes(path(), writer.file());
    return path().string();
  }
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "tiny.gguf"; }

  /// What a user sees when the workload is made with these settings.
  [[nodiscard]] std::string refusal(const std::vector<std::string>& set) const {
    const auto& info = find_workload(GetParam());
    const auto made = info.make(settings_for(info, 1, set));
    return made ? "" : made.error().message;
  }

  TemporaryFolder folder_;
};

TEST_P(QwenBatchFile, agrees_with_the_reference_in_every_format) {
  for (const auto format : {Format::f32, Format::f16, Format::bf16, Format::q8, Format::q4})
    for (const bool tied : {true, false})
      expect_every_variant_agrees(GetParam(),
                                  small_settings(GetParam(), write(TinyModelFile(tiny_shape(tied), format))));
}

TEST_P(QwenBatchFile, tensors_may_differ_in_format) {
  TinyModelFile mixed(tiny_shape(false), Format::q4);
  TinyModelFile bytes(tiny_shape(false), Format::q8);
  TinyModelFile halves(tiny_shape(false), Format::f16);
  for (const char* name : {"output.weight", "blk.0.attn_v.weight", "token_embd.weight"})
    mixed.tensor(name) = bytes.tensor(name);
  for (const char* name : {"blk.1.attn_q.weight", "blk.0.ffn_down.weight"})
    mixed.tensor(name) = halves.tensor(name);
  expect_every_variant_agrees(GetParam(), small_settings(GetParam(), write(mixed)));
}

TEST_P(QwenBatchFile, is_refused_in_the_words_of_qwen_decode) {
  TinyModelFile writer(tiny_shape(), Format::f16);
  const auto& decode = find_workload("qwen-decode");
  const auto same = [&](const std::vector<std::string>& set) {
    const auto made = decode.make(settings_for(decode, 1, set));
    ASSERT_FALSE(made);
    EXPECT_EQ(refusal(set), made.error().message);
  };
  same({"model=" + (folder_.path() / "none.gguf").string()});
  same({"model=3B"});
  same({"model=0.5B", "layers=25"});
  same({"model=" + write(writer), "layers=1"});
  writer.tensor("blk.0.ffn_up.weight").type = 12;
  same({"model=" + write(writer)});
  writer.text("general.architecture", "llama");
  same({"model=" + write(writer)});
}

TEST_P(QwenBatchFile, and_a_format_besides_contradict_each_other) {
  if (std::string_view(GetParam()) == "qwen-prefill") GTEST_SKIP() << "formats are variants there";
  const auto model = "model=" + write(TinyModelFile(tiny_shape(), Format::q8));
  EXPECT_THAT(refusal({model, "weights=int4"}), HasSubstr("a model file has weights of its own"));
}

TEST_P(QwenBatchFile, keys_and_values_may_be_stored_in_every_format) {
  for (const char* kv : {"bf16", "f16", "int8"}) {
    auto set = small_settings(GetParam(), write(TinyModelFile(tiny_shape(), Format::q8)));
    set.push_back(std::string("kv=") + kv);
    expect_every_variant_agrees(GetParam(), set);
  }
}

INSTANTIATE_TEST_SUITE_P(Workloads, QwenBatchFile, ::testing::ValuesIn(kNames),
                         [](const auto& tested) { return std::string(tested.param).substr(5); });

struct Chosen {
  const char* workload;
  const char* weights;
  const char* isa;
};

class QwenBatchWeights : public ::testing::TestWithParam<Chosen> {};

TEST_P(QwenBatchWeights, agree_with_the_reference_with_every_cache) {
  const auto& [workload, weights, isa] = GetParam();
  for (const char* kv : {"bf16", "f16", "int8"}) {
    auto set = small_settings(workload, "tiny");
    set.insert(set.end(),
               {std::string("weights=") + weights, std::string("isa=") + isa, std::string("kv=") + kv});
    expect_every_variant_agrees(workload, set);
  }
}

std::vector<Chosen> all_chosen() {
  std::vector<Chosen> all;
  for (const char* workload : {"qwen-serving", "qwen-speculative"})
    for (const char* weights : {"bf16", "f16", "int8", "int4"})
      for (const char* isa : {"scalar", "avx2", "avx512", "avx512_vnni"})
        all.push_back({workload, weights, isa});
  return all;
}

std::string label_of(const ::testing::TestParamInfo<Chosen>& tested) {
  const auto& [workload, weights, isa] = tested.param;
  return std::string(workload).substr(5) + "_" + weights + "_" + isa;
}

INSTANTIATE_TEST_SUITE_P(Formats, QwenBatchWeights, ::testing::ValuesIn(all_chosen()), label_of);

TEST(QwenBatchModels, a_prompt_of_given_tokens_is_read) {
  const auto& info = find_workload("qwen-prefill");
  const auto settings = settings_for(info, 1, {"model=tiny", "tokens=5,9,1,7"});
  const auto workload = prepared(info, settings);
  const auto variant = runnable_variants(info, settings).front();
  EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
  EXPECT_EQ(workload->work(variant).total.items->amount, 4);
  const auto made = info.make(settings_for(info, 1, {"model=tiny", "tokens=5,99999999"}));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::usage);
}

TEST(QwenBatchModels, only_the_weights_of_the_variants_asked_for_are_made) {
  PrefillOptions options{.model = {.shape = *shape_named("0.5B"), .room = MemoryRoom{1U << 30, 900U << 20}},
                         .tokens = 1,
                         .variants = {"int4-avx2"}};
  options.model.shape.layers = 1;
  NoProgress progress;
  if (!cpu_supports(Isa::avx2)) GTEST_SKIP() << "this CPU has no AVX2";
  PrefillWorkload workload(options);
  EXPECT_TRUE(workload.prepare(progress));
}

class QwenRoundedRows : public ::testing::Test {
 protected:
  static SpeculativeOptions options() {
    return {.model = {.shape = tiny_shape(), .seed = 7, .room = plenty()},
            .weights = Format::q8,
            .context = 5,
            .tokens = 6,
            .isa = best_pass_isa(true)};
  }
};

TEST_F(QwenRoundedRows, a_vector_rounded_wrongly_is_found) {
  if (!takes_bytes(*pass_kernels(best_pass_isa(true)).batch, Format::q8))
    GTEST_SKIP() << "no products of bytes";
  const auto shape = tiny_shape();
  const auto team = *make_thread_team(1);
  NoProgress progress;
  const auto weights = make_weights(shape, Format::q8, 3, *team, progress);
  auto cache = PagedCache::make(shape, 1, 4);
  const auto kernels = pass_kernels(best_pass_isa(true));
  auto pass = BatchPass::make(shape, *cache, *team, {.rows = 1, .scored = 1, .positions = 4});
  BlockTable table;
  cache->grow(table, 1);
  const BatchRow row{.token = 3, .position = 0, .table = &table, .scored = true, .traced = 0};
  PassTrace trace(shape, 1);
  pass->run({&row, 1}, kernels, *weights, &trace);
  const RowResult result{pass->logits(0), pass->choice(0)};
  const auto good = batch_reference(shape, *weights, *cache, {&row, 1}, trace, *team);
  EXPECT_TRUE(batch_agreement({&result, 1}, *good, kFloatTolerance).ok);
  const std::vector<std::int8_t> wrong(32, 77);
  const float scale = 0.01F;
  trace.keep(trace.mlp(0, 1), 32, wrong.data(), &scale);
  const auto bad = batch_reference(shape, *weights, *cache, {&row, 1}, trace, *team);
  EXPECT_FALSE(batch_agreement({&result, 1}, *bad, kFloatTolerance).ok);
}

/// What a generic kernel executes for each row, and rounding, as its scalar type counts.
TEST_F(QwenRoundedRows, flops_are_those_of_the_generic_kernels) {
  const auto kernels = pass_kernels(best_pass_isa(true));
  if (!takes_bytes(*kernels.batch, Format::q8)) GTEST_SKIP() << "no products of bytes";
  const auto shape = tiny_shape();
  const auto d = shape.hidden, q = shape.query_size(), f = shape.intermediate;
  PassTally tally;
  BlockTable table;
  const std::vector<BatchRow> rows{{.position = 0, .table = &table},
                                   {.position = 1, .table = &table},
                                   {.position = 2, .table = &table, .scored = true}};
  tally.add(rows);
  const auto matrices = lay_out(shape, Format::q8, nullptr);
  const auto work = declared_pass_work(shape, matrices, *kernels.batch, Format::q8, tally, 3);
  const auto longest = std::max({d, q, f});
  const auto x = vector_of(longest);
  auto out = vector_of(longest), scales = vector_of(longest / kGroup);
  const auto rounding = [&](std::int64_t count) {
    return count_of([&] { naive::round_groups(x.data(), count, out.data(), scales.data()); });
  };
  EXPECT_EQ(
      work.regions.at("pass/round").flops->amount,
      3 * static_cast<double>(shape.layers) * (2 * rounding(d) + rounding(q) + rounding(f)) + rounding(d));
  const double weights = static_cast<double>(f * d);
  EXPECT_EQ(work.regions.at("pass/down").flops->amount,
            3 * static_cast<double>(shape.layers) *
                (weights * flops_per_weight(Format::q8) + static_cast<double>(d)));
  EXPECT_EQ(work.regions.at("pass/down").bytes_read->amount,
            static_cast<double>(shape.layers) * weights * 34 / 32);
  EXPECT_EQ(work.regions.at("pass/down").precision, "int8");
  EXPECT_EQ(work.regions.at("pass/attention").precision, "") << "floats";
}

TEST_F(QwenRoundedRows, tensors_of_different_formats_declare_what_each_of_them_is) {
  const auto kernels = pass_kernels(Isa::baseline);
  const auto shape = tiny_shape();
  PassTally tally;
  BlockTable table;
  const std::vector<BatchRow> rows(4, {.table = &table, .scored = true});
  tally.add(rows);
  auto mixed = lay_out(shape, Format::q4, nullptr);
  mixed.layers[1].down.format = Format::q8;
  const auto read = [&](const MatrixSet& matrices) {
    return declared_pass_work(shape, matrices, *kernels.batch, Format::bf16, tally, 1)
        .total.bytes_read->amount;
  };
  EXPECT_EQ(read(mixed) - read(lay_out(shape, Format::q4, nullptr)),
            static_cast<double>(shape.hidden * shape.intermediate) * (34 - 18) / 32);
}

}  // namespace
}  // namespace hpct::qwen
