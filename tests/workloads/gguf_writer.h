// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "workloads/qwen/matrix.h"
#include "workloads/qwen/random.h"

namespace hpct::qwen {

/// Writes GGUF files for tests, byte by byte after the format's description and apart from the reader.
class GgufWriter {
 public:
  struct Tensor {
    std::string name;
    std::vector<std::uint64_t> sizes;
    std::uint32_t type = 0;
    std::vector<std::byte> bytes;
  };

  void text(const std::string& key, const std::string& value) {
    auto& entry = begin(key, 8);
    put_string(entry, value);
  }
  void integer(const std::string& key, std::uint32_t value) { put(begin(key, 4), value); }
  void real(const std::string& key, float value) { put(begin(key, 6), value); }
  /// An array of strings, as tokenizers have.
  void texts(const std::string& key, const std::vector<std::string>& values) {
    auto& entry = begin(key, 9);
    put(entry, std::uint32_t{8});
    put(entry, static_cast<std::uint64_t>(values.size()));
    for (const auto& value : values) put_string(entry, value);
  }
  std::vector<Tensor> tensors;
  std::map<std::string, std::vector<std::byte>> entries;

  [[nodiscard]] std::vector<std::byte> header() const {
    std::vector<std::byte> out;
    put(out, std::uint32_t{0x46554747});
    put(out, std::uint32_t{3});
    put(out, static_cast<std::uint64_t>(tensors.size()));
    put(out, static_cast<std::uint64_t>(entries.size()));
    for (const auto& [key, entry] : entries) out.insert(out.end(), entry.begin(), entry.end());
    std::uint64_t offset = 0;
    for (const auto& tensor : tensors) {
      put_string(out, tensor.name);
      put(out, static_cast<std::uint32_t>(tensor.sizes.size()));
      for (const auto size : tensor.sizes) put(out, size);
      put(out, tensor.type);
      put(out, offset);
      offset += (tensor.bytes.size() + 31) / 32 * 32;
    }
    return out;
  }

  [[nodiscard]] std::vector<std::byte> file() const {
    auto out = header();
    for (const auto& tensor : tensors) {
      out.resize((out.size() + 31) / 32 * 32);
      out.insert(out.end(), tensor.bytes.begin(), tensor.bytes.end());
    }
    return out;
  }

  template <class T>
  static void put(std::vector<std::byte>& out, T value) {
    const auto* const bytes = reinterpret_cast<const std::byte*>(&value);
    out.insert(out.end(), bytes, bytes + sizeof value);
  }
  static void put_string(std::vector<std::byte>& out, const std::string& value) {
    put(out, static_cast<std::uint64_t>(value.size()));
    for (const char c : value) out.push_back(static_cast<std::byte>(c));
  }

 private:
  std::vector<std::byte>& begin(const std::string& key, std::uint32_t type) {
    auto& entry = entries[key];
    entry.clear();
    put_string(entry, key);
    put(entry, type);
    return entry;
  }
};

inline void write_bytes(const std::filesystem::path& file, const std::vector<std::byte>& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// A whole model of `shape` with random weights: matrices in `format`, norms and biases as floats.
class TinyModelFile : public GgufWriter {
 public:
  TinyModelFile(const Shape& shape, Format format) : shape_(shape), format_(format) {
    add_metadata();
    add_matrix("token_embd.weight", shape.vocabulary, shape.hidden);
    add_vector("output_norm.weight", shape.hidden, 1.0F);
    if (!shape.tied) add_matrix("output.weight", shape.vocabulary, shape.hidden);
    for (std::int64_t layer = 0; layer < shape.layers; ++layer)
      add_layer("blk." + std::to_string(layer) + ".");
  }

  [[nodiscard]] Tensor& tensor(const std::string& name) {
    for (auto& one : tensors)
      if (one.name == name) return one;
    return tensors.front();
  }

 private:
  static std::uint32_t number(std::int64_t value) { return static_cast<std::uint32_t>(value); }

  void add_metadata() {
    text("general.architecture", "qwen2");
    texts("tokenizer.ggml.tokens", {"a", "b", "hello"});
    integer("qwen2.block_count", number(shape_.layers));
    integer("qwen2.embedding_length", number(shape_.hidden));
    integer("qwen2.feed_forward_length", number(shape_.intermediate));
    integer("qwen2.attention.head_count", number(shape_.heads));
    integer("qwen2.attention.head_count_kv", number(shape_.kv_heads));
    integer("qwen2.attention.key_length", number(shape_.head_dim));
    real("qwen2.attention.layer_norm_rms_epsilon", 1e-6F);
    real("qwen2.rope.freq_base", 1e6F);
  }

  void add_layer(const std::string& prefix) {
    add_vector(prefix + "attn_norm.weight", shape_.hidden, 1.0F);
    add_vector(prefix + "ffn_norm.weight", shape_.hidden, 1.0F);
    add_matrix(prefix + "attn_q.weight", shape_.query_size(), shape_.hidden);
    add_matrix(prefix + "attn_k.weight", shape_.kv_size(), shape_.hidden);
    add_matrix(prefix + "attn_v.weight", shape_.kv_size(), shape_.hidden);
    add_vector(prefix + "attn_q.bias", shape_.query_size(), 0.0F);
    add_vector(prefix + "attn_k.bias", shape_.kv_size(), 0.0F);
    add_vector(prefix + "attn_v.bias", shape_.kv_size(), 0.0F);
    add_matrix(prefix + "attn_output.weight", shape_.hidden, shape_.query_size());
    add_matrix(prefix + "ffn_gate.weight", shape_.intermediate, shape_.hidden);
    add_matrix(prefix + "ffn_up.weight", shape_.intermediate, shape_.hidden);
    add_matrix(prefix + "ffn_down.weight", shape_.hidden, shape_.intermediate);
  }

  void add_matrix(const std::string& name, std::int64_t rows, std::int64_t columns) {
    constexpr std::uint32_t kTypes[] = {0, 1, 30, 8, 2};  // in the order of Format
    Tensor tensor{name,
                  {static_cast<std::uint64_t>(columns), static_cast<std::uint64_t>(rows)},
                  kTypes[static_cast<std::size_t>(format_)],
                  std::vector<std::byte>(static_cast<std::size_t>(bytes_of(format_, rows * columns)))};
    fill_weights(format_, 100 + tensors.size(), columns, 0, rows * columns, tensor.bytes.data());
    tensors.push_back(std::move(tensor));
  }

  void add_vector(const std::string& name, std::int64_t count, float centre) {
    Tensor tensor{name, {static_cast<std::uint64_t>(count)}, 0, {}};
    for (std::int64_t i = 0; i < count; ++i)
      put(tensor.bytes, centre + 0.1F * random_uniform(100 + tensors.size(), i));
    tensors.push_back(std::move(tensor));
  }

  Shape shape_;
  Format format_;
};

}  // namespace hpct::qwen
