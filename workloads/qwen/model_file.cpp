// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/model_file.h"

#include <fmt/format.h>

#include <cmath>

namespace hpct::qwen {
namespace {

constexpr std::int64_t kMostLayers = 1024;
constexpr std::int64_t kMostHeads = 1024;
constexpr std::int64_t kLongestRow = 1 << 20;
constexpr std::int64_t kMostTokens = 1 << 24;

/// What the kernels rely on; see Shape and Kernels.
Expected<void> check_kernels_can(const Shape& shape) {
  const auto refuse = [](std::string what) -> Expected<void> {
    return fail(ErrorCode::not_supported, std::move(what),
                "the kernels are made for the sizes of Qwen2 models");
  };
  if (shape.hidden % 32 != 0 || shape.intermediate % 32 != 0)
    return refuse(
        fmt::format("rows of {} and {} elements are not multiples of 32", shape.hidden, shape.intermediate));
  if (shape.head_dim % 32 != 0 || shape.head_dim > 128)
    return refuse(fmt::format("heads of {} elements: 32, 64, 96 and 128 are supported", shape.head_dim));
  if (shape.heads % shape.kv_heads != 0 || shape.group() > 8)
    return refuse(fmt::format("{} query heads on {} key/value heads: whole groups of up to 8 are supported",
                              shape.heads, shape.kv_heads));
  return {};
}

}  // namespace

bool names_a_file(std::string_view model) {
  return model.ends_with(".gguf") || model.find('/') != std::string_view::npos;
}

Expected<std::int64_t> ModelFile::size(const std::string& key, std::int64_t most) const {
  const auto name = "qwen2." + key;
  const auto value = file_.integer(name);
  if (!value) return fail(ErrorCode::bad_file, fmt::format("the model does not state {}", name), "");
  if (*value < 1 || *value > most)
    return fail(ErrorCode::bad_file, fmt::format("the model states an impossible {}: {}", name, *value), "");
  return *value;
}

Expected<void> ModelFile::read_shape() {
  const auto architecture = file_.text("general.architecture").value_or("none");
  if (architecture != "qwen2")
    return fail(ErrorCode::not_supported, "the model's architecture is not qwen2",
                "models of the Qwen2 and Qwen2.5 families can be decoded");
  struct Field {
    const char* key;
    std::int64_t* to;
    std::int64_t most;
  };
  for (const auto& [key, to, most] : {Field{"embedding_length", &shape_.hidden, kLongestRow},
                                      {"block_count", &shape_.layers, kMostLayers},
                                      {"attention.head_count", &shape_.heads, kMostHeads},
                                      {"attention.head_count_kv", &shape_.kv_heads, kMostHeads},
                                      {"feed_forward_length", &shape_.intermediate, kLongestRow}}) {
    const auto value = size(key, most);
    if (!value) return tl::unexpected(value.error());
    *to = *value;
  }
  shape_.head_dim = file_.integer("qwen2.attention.key_length").value_or(shape_.hidden / shape_.heads);
  if (shape_.head_dim < 1 || shape_.head_dim > kLongestRow)
    return fail(ErrorCode::bad_file,
                fmt::format("the model states impossible heads: {} elements", shape_.head_dim));
  if (file_.text("qwen2.rope.scaling.type").value_or("none") != "none")
    return fail(ErrorCode::not_supported, "the model scales its rotary embedding, which is not supported");
  shape_.rope_theta = file_.real("qwen2.rope.freq_base").value_or(10000.0);
  const auto epsilon = file_.real("qwen2.attention.layer_norm_rms_epsilon").value_or(1e-6);
  if (!(shape_.rope_theta >= 1) || !std::isfinite(shape_.rope_theta) || !(epsilon >= 0 && epsilon < 1))
    return fail(ErrorCode::bad_file,
                fmt::format("the model states impossible constants: rope base {}, epsilon {}",
                            shape_.rope_theta, epsilon));
  shape_.norm_epsilon = static_cast<float>(epsilon);
  return check_kernels_can(shape_);
}

Expected<Matrix> ModelFile::matrix(const std::string& name, std::int64_t rows, std::int64_t columns) const {
  const auto tensor = file_.tensor(name);
  if (!tensor) return tl::unexpected(tensor.error());
  if (tensor->rows != rows || tensor->columns != columns)
    return fail(ErrorCode::bad_file, fmt::format("tensor {} has {} rows of {}, not {} of {}", name,
                                                 tensor->rows, tensor->columns, rows, columns));
  return Matrix{tensor->format, tensor->data, rows, columns};
}

Expected<void> ModelFile::read_layer(std::int64_t layer) {
  auto& at = matrices_.layers.emplace_back();
  const auto d = shape_.hidden;
  const auto f = shape_.intermediate;
  struct Part {
    const char* name;
    Matrix* to;
    std::int64_t rows, columns;
  };
  for (const auto& [name, to, rows, columns] : {Part{"attn_q", &at.query, shape_.query_size(), d},
                                                {"attn_k", &at.key, shape_.kv_size(), d},
                                                {"attn_v", &at.value, shape_.kv_size(), d},
                                                {"attn_output", &at.output, d, shape_.query_size()},
                                                {"ffn_gate", &at.gate, f, d},
                                                {"ffn_up", &at.up, f, d},
                                                {"ffn_down", &at.down, d, f}}) {
    auto found = matrix(fmt::format("blk.{}.{}.weight", layer, name), rows, columns);
    if (!found) return tl::unexpected(found.error());
    *to = *found;
  }
  return {};
}

Expected<void> ModelFile::read_matrices() {
  const auto embedding = file_.tensor("token_embd.weight");
  if (!embedding) return tl::unexpected(embedding.error());
  shape_.vocabulary = embedding->rows;
  if (shape_.vocabulary > kMostTokens)
    return fail(ErrorCode::bad_file, fmt::format("the model claims {} tokens", shape_.vocabulary));
  shape_.tied = !file_.has("output.weight");
  for (std::int64_t layer = 0; layer < shape_.layers; ++layer)
    if (auto read = read_layer(layer); !read) return read;
  auto table = matrix("token_embd.weight", shape_.vocabulary, shape_.hidden);
  if (!table) return tl::unexpected(table.error());
  auto head = shape_.tied ? table : matrix("output.weight", shape_.vocabulary, shape_.hidden);
  if (!head) return tl::unexpected(head.error());
  matrices_.embedding = *table;
  matrices_.lm_head = *head;
  matrices_.tied = shape_.tied;
  return {};
}

Expected<void> ModelFile::append(const std::string& name, std::int64_t count, std::vector<float>& to) const {
  const auto vector = matrix(name, 1, count);
  if (!vector) return tl::unexpected(vector.error());
  const auto old = to.size();
  to.resize(old + static_cast<std::size_t>(count));
  expand(vector->format, vector->data, count, to.data() + old);
  return {};
}

Expected<void> ModelFile::read_vectors() {
  for (std::int64_t layer = 0; layer < shape_.layers; ++layer) {
    const auto name = [&](const char* part) { return fmt::format("blk.{}.{}", layer, part); };
    for (const char* part : {"attn_norm.weight", "ffn_norm.weight"})
      if (auto read = append(name(part), shape_.hidden, gains_); !read) return read;
    if (auto read = append(name("attn_q.bias"), shape_.query_size(), biases_); !read) return read;
    for (const char* part : {"attn_k.bias", "attn_v.bias"})
      if (auto read = append(name(part), shape_.kv_size(), biases_); !read) return read;
  }
  return append("output_norm.weight", shape_.hidden, gains_);
}

Expected<std::shared_ptr<const ModelFile>> ModelFile::open(const std::filesystem::path& file) {
  auto gguf = GgufFile::open(file);
  if (!gguf) return tl::unexpected(gguf.error());
  std::shared_ptr<ModelFile> model(new ModelFile(file.string(), std::move(*gguf)));
  for (auto read : {&ModelFile::read_shape, &ModelFile::read_matrices, &ModelFile::read_vectors})
    if (auto done = (model.get()->*read)(); !done) {
      auto error = done.error();
      error.message = fmt::format("{}: {}", file.string(), error.message);
      return tl::unexpected(error);
    }
  model->shape_.name = file.filename().string();
  return model;
}

Expected<void> ModelFile::expect_unchanged() const {
  if (file_.unchanged()) return {};
  return fail(ErrorCode::io, fmt::format("{} has changed while it was read", path_),
              "run again when nothing writes to it");
}

Weights ModelFile::weights(std::shared_ptr<const ModelFile> file) {
  Weights weights{{}, file->matrices_, file->gains_, file->biases_, nullptr};
  weights.file = std::move(file);
  return weights;
}

}  // namespace hpct::qwen
