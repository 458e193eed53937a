// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hpct::qwen {

/// The sizes of a Qwen2.5 model, as its published config.json states them. Only sizes: it holds
/// no weights. Kernels rely on: hidden, intermediate and head_dim are multiples of 32, and at
/// most 8 query heads share one key/value head.
struct Shape {
  std::string name;
  std::int64_t hidden = 0;        ///< d: length of the residual stream
  std::int64_t layers = 0;        ///< L
  std::int64_t heads = 0;         ///< H: query heads
  std::int64_t kv_heads = 0;      ///< K: key/value heads, each shared by H / K query heads
  std::int64_t head_dim = 0;      ///< h
  std::int64_t intermediate = 0;  ///< f: length of the gated MLP
  std::int64_t vocabulary = 0;    ///< V: rows of the embedding
  bool tied = true;               ///< the LM head is the embedding, not a second matrix
  double rope_theta = 1e6;
  float norm_epsilon = 1e-6F;

  [[nodiscard]] std::int64_t query_size() const { return heads * head_dim; }
  [[nodiscard]] std::int64_t kv_size() const { return kv_heads * head_dim; }
  [[nodiscard]] std::int64_t qkv_rows() const { return query_size() + 2 * kv_size(); }
  [[nodiscard]] std::int64_t group() const { return heads / kv_heads; }
  [[nodiscard]] std::int64_t layer_weights() const;
  /// All elements of all matrices (norm gains and biases are vectors and not included).
  [[nodiscard]] std::int64_t matrix_weights() const;
};

/// Positions the models were trained for: the largest context plus one.
inline constexpr std::int64_t kMaxPositions = 32768;

/// "0.5B", "1.5B", "7B", and "tiny", which is nobody's model: for a simulated CPU.
std::vector<std::string> shape_names();

/// An unknown name is ErrorCode::usage.
Expected<Shape> shape_named(std::string_view name);

/// Only the first `layers` of them, for a quick look; 0: all. More than there are is ErrorCode::usage.
Expected<void> keep_layers(Shape& shape, std::int64_t layers);

}  // namespace hpct::qwen
