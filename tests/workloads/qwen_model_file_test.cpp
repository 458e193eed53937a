// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <random>

#include "tests/temporary_folder.h"
#include "tests/workloads/gguf_writer.h"
#include "tests/workloads/tiny_qwen.h"
#include "tests/workloads/workload_under_test.h"
#include "workloads/qwen/reference.h"
#include "workloads/qwen/token_list.h"

namespace hpct::qwen {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class QwenModelFile : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "tiny.gguf"; }

  [[nodiscard]] auto opened(const GgufWriter& writer) const {
    write_bytes(path(), writer.file());
    return ModelFile::open(path());
  }

  /// The one line that a user sees; empty when the file was accepted.
  [[nodiscard]] std::string refusal(const GgufWriter& writer) const {
    const auto model = opened(writer);
    return model ? "" : model.error().message;
  }

  [[nodiscard]] DecodeOptions options(const GgufWriter& writer, std::vector<std::int64_t> tokens = {}) const {
    const auto model = opened(writer);
    EXPECT_TRUE(model) << model.error().message;
    DecodeOptions options;
    options.shape = (*model)->shape();
    options.file = *model;
    options.tokens = std::move(tokens);
    options.context = 5;
    options.threads = 2;
    options.room = plenty();
    return options;
  }

  TemporaryFolder folder_;
};

void expect_every_variant_agrees(const DecodeOptions& options) {
  DecodeWorkload workload(options);
  NoProgress progress;
  ASSERT_TRUE(workload.prepare(progress));
  for (const auto& variant : decode_variants(options)) {
    if (!cpu_supports(variant.isa)) continue;
    EXPECT_THAT(run_and_verify(workload, variant), IsEmpty());
  }
}

/// The reference's logits after the variant has read the prompt and taken its step.
std::vector<double> logits_after(DecodeOptions options, const std::string& variant) {
  options.variants = {variant};
  DecodeWorkload workload(options);
  NoProgress progress;
  EXPECT_TRUE(workload.prepare(progress));
  const auto variants = decode_variants(options);
  const auto chosen =
      std::find_if(variants.begin(), variants.end(), [&](const Variant& v) { return v.name == variant; });
  EXPECT_TRUE(workload.run(*chosen));
  return reference_step(workload.model(std::nullopt), {}, *make_thread_team(1).value())->logits;
}

TEST_F(QwenModelFile, every_variant_agrees_with_the_reference_in_every_format) {
  for (const auto format : {Format::f32, Format::f16, Format::bf16, Format::q8, Format::q4})
    for (const bool tied : {true, false})
      expect_every_variant_agrees(options(TinyModelFile(tiny_shape(tied), format)));
}

TEST_F(QwenModelFile, tensors_of_one_file_may_differ_in_format) {
  TinyModelFile mixed(tiny_shape(false), Format::q4);
  TinyModelFile other(tiny_shape(false), Format::q8);
  for (const char* name : {"output.weight", "blk.0.attn_v.weight", "token_embd.weight"})
    mixed.tensor(name) = other.tensor(name);
  expect_every_variant_agrees(options(mixed));
}

TEST_F(QwenModelFile, states_the_shape_that_was_written) {
  const auto model = opened(TinyModelFile(tiny_shape(false), Format::f16));
  ASSERT_TRUE(model) << model.error().message;
  const auto& shape = (*model)->shape();
  EXPECT_EQ(shape.name, "tiny.gguf");
  EXPECT_EQ(shape.vocabulary, tiny_shape().vocabulary);
  EXPECT_EQ(shape.head_dim, tiny_shape().head_dim);
  EXPECT_EQ(shape.rope_theta, 1e6);
  EXPECT_FALSE(shape.tied);
}

TEST_F(QwenModelFile, weights_lie_where_the_file_is_mapped) {
  const TinyModelFile writer(tiny_shape(), Format::q8);
  const auto model = opened(writer);
  const auto weights = ModelFile::weights(*model);
  EXPECT_TRUE(weights.block.empty());
  const auto& written = writer.tensors.front().bytes;  // the embedding
  EXPECT_EQ(std::memcmp(weights.matrices.embedding.data, written.data(), written.size()), 0);
}

TEST_F(QwenModelFile, tokens_fill_the_cache_and_the_last_is_the_input) {
  const TinyModelFile writer(tiny_shape(), Format::f16);
  expect_every_variant_agrees(options(writer, {3, 1, 4, 1, 5}));
  expect_every_variant_agrees(options(writer, {7}));
  const auto naive = logits_after(options(writer, {3, 1, 4, 1, 5}), "naive");
  const auto fast = logits_after(options(writer, {3, 1, 4, 1, 5}), "threads");
  const auto other = logits_after(options(writer, {2, 1, 4, 1, 5}), "threads");
  double same = 0;
  double different = 0;
  for (std::size_t i = 0; i < naive.size(); ++i) {
    same = std::max(same, std::abs(naive[i] - fast[i]));
    different = std::max(different, std::abs(other[i] - fast[i]));
  }
  EXPECT_LT(same, 0.02) << "two ways of reading the prompt";
  EXPECT_GT(different, 0.05) << "the first token is not in the cache";
}

TEST_F(QwenModelFile, cut_anywhere_it_is_refused) {
  const TinyModelFile writer(tiny_shape(), Format::q4);
  const auto header = writer.header().size();
  auto length = writer.file().size();
  write_bytes(path(), writer.file());
  while (length > 0) {
    length -= length > header + 997 ? 997 : 1;
    std::filesystem::resize_file(path(), length);
    const auto model = ModelFile::open(path());
    ASSERT_FALSE(model) << length << " bytes";
    ASSERT_EQ(model.error().code, ErrorCode::bad_file) << length;
    ASSERT_THAT(model.error().message, Not(HasSubstr("\n")));
  }
}

/// What a changed byte does is the file's affair; that nothing outside the file is read is ours.
TEST_F(QwenModelFile, with_any_byte_of_the_header_changed_it_is_refused_or_read_in_bounds) {
  const TinyModelFile writer(tiny_shape(), Format::q8);
  const auto whole = writer.file();
  write_bytes(path(), whole);
  std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
  const auto put = [&](std::size_t at, unsigned flip) {
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(std::to_integer<unsigned>(whole[at]) ^ flip)).flush();
  };
  for (std::size_t at = 0; at < writer.header().size(); ++at)
    for (const auto flip : {0xFFU, 0x80U, 0x01U, 0x00U}) {
      put(at, flip);
      const auto model = ModelFile::open(path());
      const auto shown = model ? (*model)->shape().name : model.error().message;
      ASSERT_THAT(shown, Not(HasSubstr("\n")));
    }
}

TEST_F(QwenModelFile, random_headers_are_refused) {
  std::mt19937 random(1);
  for (int round = 0; round < 100; ++round) {
    auto bytes = TinyModelFile(tiny_shape(), Format::f16).header();
    for (std::size_t i = 8; i < bytes.size(); ++i)
      if (random() % 16 == 0) bytes[i] = static_cast<std::byte>(random());
    write_bytes(path(), bytes);
    ASSERT_FALSE(ModelFile::open(path()));
  }
}

TEST_F(QwenModelFile, a_file_of_another_kind_is_named_as_such) {
  write_bytes(path(), std::vector<std::byte>(100, std::byte{'x'}));
  EXPECT_THAT(ModelFile::open(path()).error().message, HasSubstr("is not a GGUF file"));
  write_bytes(path(), {});
  EXPECT_THAT(ModelFile::open(path()).error().message, HasSubstr("is not a GGUF file"));
}

TEST_F(QwenModelFile, a_file_that_does_not_exist_is_an_io_error) {
  EXPECT_EQ(ModelFile::open(folder_.path() / "none.gguf").error().code, ErrorCode::io);
}

TEST_F(QwenModelFile, huge_counts_are_refused_before_memory_is_asked_for) {
  auto bytes = TinyModelFile(tiny_shape(), Format::f16).file();
  for (const std::size_t at : {std::size_t{8}, std::size_t{16}}) {
    auto changed = bytes;
    std::memset(changed.data() + at, 0xFF, 7);
    write_bytes(path(), changed);
    EXPECT_THAT(ModelFile::open(path()).error().message, HasSubstr("claims"));
  }
}

TEST_F(QwenModelFile, sizes_whose_product_overflows_are_impossible) {
  TinyModelFile writer(tiny_shape(), Format::f16);
  writer.tensor("blk.0.ffn_up.weight").sizes = {std::uint64_t{1} << 33, std::uint64_t{1} << 33};
  EXPECT_THAT(refusal(writer), HasSubstr("tensor blk.0.ffn_up.weight has impossible sizes"));
  writer.tensor("blk.0.ffn_up.weight").sizes = {0, 5};
  EXPECT_THAT(refusal(writer), HasSubstr("impossible sizes"));
}

TEST_F(QwenModelFile, a_tensor_that_reaches_past_the_end_is_named) {
  TinyModelFile writer(tiny_shape(), Format::f16);
  writer.tensor("blk.1.ffn_down.weight").sizes = {96, 640};
  EXPECT_THAT(refusal(writer), HasSubstr("ends before tensor blk.1.ffn_down.weight does"));
}

TEST_F(QwenModelFile, a_tensor_of_the_wrong_shape_is_named) {
  TinyModelFile writer(tiny_shape(), Format::f16);
  writer.tensor("blk.1.attn_k.weight").sizes = {32, 128};
  EXPECT_THAT(refusal(writer), HasSubstr("tensor blk.1.attn_k.weight has 128 rows of 32, not 64 of 64"));
}

TEST_F(QwenModelFile, a_missing_tensor_is_named) {
  TinyModelFile writer(tiny_shape(), Format::f16);
  writer.tensor("blk.1.attn_v.bias").name = "another";
  EXPECT_THAT(refusal(writer), HasSubstr("the model has no tensor blk.1.attn_v.bias"));
}

TEST_F(QwenModelFile, a_tensor_listed_twice_is_refused) {
  TinyModelFile writer(tiny_shape(), Format::f16);
  writer.tensor("blk.1.attn_v.bias").name = "blk.1.attn_k.bias";
  EXPECT_THAT(refusal(writer), HasSubstr("two tensors blk.1.attn_k.bias"));
}

TEST_F(QwenModelFile, a_format_without_kernels_is_refused_with_the_tensor_s_name) {
  TinyModelFile writer(tiny_shape(), Format::f16);
  writer.tensor("blk.0.ffn_up.weight").type = 12;
  EXPECT_THAT(refusal(writer), HasSubstr("tensor blk.0.ffn_up.weight has type 12, which is not supported"));
}

TEST_F(QwenModelFile, another_architecture_is_refused) {
  TinyModelFile writer(tiny_shape(), Format::f16);
  writer.text("general.architecture", "llama");
  EXPECT_THAT(refusal(writer), HasSubstr("architecture is not qwen2"));
}

TEST_F(QwenModelFile, sizes_that_the_kernels_cannot_do_are_refused) {
  TinyModelFile writer(tiny_shape(), Format::f16);
  writer.integer("qwen2.embedding_length", 48);
  EXPECT_THAT(refusal(writer), HasSubstr("not multiples of 32"));
  writer.integer("qwen2.embedding_length", 64);
  writer.integer("qwen2.attention.head_count_kv", 3);
  EXPECT_THAT(refusal(writer), HasSubstr("4 query heads on 3 key/value heads"));
  writer.integer("qwen2.attention.head_count_kv", 0);
  EXPECT_THAT(refusal(writer), HasSubstr("impossible qwen2.attention.head_count_kv: 0"));
}

TEST_F(QwenModelFile, alignment_must_be_possible_and_kept) {
  TinyModelFile writer(tiny_shape(), Format::f16);
  writer.integer("general.alignment", 12);
  EXPECT_THAT(refusal(writer), HasSubstr("impossible alignment: 12"));
  writer.integer("general.alignment", 1 << 16);
  EXPECT_THAT(refusal(writer), Not(IsEmpty()));
}

TEST_F(QwenModelFile, the_command_line_takes_it_as_a_model) {
  write_bytes(path(), TinyModelFile(tiny_shape(), Format::q8).file());
  const auto& info = find_workload("qwen-decode");
  const auto settings = settings_for(info, 1, {"model=" + path().string(), "tokens=1,2,3"});
  const auto workload = prepared(info, settings);
  for (const auto& variant : runnable_variants(info, settings))
    EXPECT_THAT(run_and_verify(*workload, variant), IsEmpty());
}

TEST_F(QwenModelFile, that_is_cut_off_while_it_is_decoded_is_an_error_of_the_file) {
  const auto whole = TinyModelFile(tiny_shape(), Format::f16).file();
  write_bytes(path(), whole);
  const auto& info = find_workload("qwen-decode");
  const auto settings = settings_for(info, 2, {"model=" + path().string()});
  for (const auto& variant : runnable_variants(info, settings)) {
    write_bytes(path(), whole);
    const auto workload = prepared(info, settings);
    for (const auto left : {whole.size() / 2, std::size_t{0}}) {
      std::filesystem::resize_file(path(), left);
      ASSERT_TRUE(workload->run(variant)) << variant.name;
      const auto check = workload->verify(variant);
      ASSERT_FALSE(check) << variant.name;
      EXPECT_EQ(check.error().code, ErrorCode::io);
      EXPECT_THAT(check.error().message, HasSubstr("tiny.gguf has changed while it was read"));
    }
  }
}

TEST_F(QwenModelFile, whose_weights_are_not_finite_is_damaged_and_no_variant_is_blamed) {
  TinyModelFile writer(tiny_shape(), Format::f16);
  std::ranges::fill(writer.tensor("blk.1.ffn_up.weight").bytes, std::byte{0xFF});
  write_bytes(path(), writer.file());
  const auto& info = find_workload("qwen-decode");
  const auto settings = settings_for(info, 1, {"model=" + path().string()});
  const auto workload = prepared(info, settings);
  for (const auto& variant : runnable_variants(info, settings)) {
    ASSERT_TRUE(workload->run(variant));
    const auto check = workload->verify(variant);
    ASSERT_FALSE(check) << variant.name;
    EXPECT_THAT(check.error().message,
                HasSubstr("tiny.gguf: its weights lead to numbers that are not finite"));
  }
}

TEST_F(QwenModelFile, a_pipe_is_no_model_and_is_not_waited_for) {
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_THAT(ModelFile::open(path()).error().message, HasSubstr("is not a regular file"));
  EXPECT_THAT(ModelFile::open(folder_.path()).error().message, HasSubstr("is a folder"));
}

TEST(QwenTokens, are_numbers_below_the_vocabulary) {
  EXPECT_EQ(*parse_tokens("1,22,330", 331), (std::vector<std::int64_t>{1, 22, 330}));
  EXPECT_THAT(*parse_tokens("", 331), IsEmpty());
  for (const char* text : {"331", "-1", "1,,2", "1,x", "1 2", ",1", "1,", "99999999999999999999"})
    EXPECT_EQ(parse_tokens(text, 331).error().code, ErrorCode::usage) << text;
}

}  // namespace
}  // namespace hpct::qwen
