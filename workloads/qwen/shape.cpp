// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/shape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace hpct::qwen {
namespace {

const std::array<Shape, 4>& shapes() {
  static const std::array<Shape, 4> all{Shape{.name = "0.5B",
                                              .hidden = 896,
                                              .layers = 24,
                                              .heads = 14,
                                              .kv_heads = 2,
                                              .head_dim = 64,
                                              .intermediate = 4864,
                                              .vocabulary = 151936,
                                              .tied = true},
                                        Shape{.name = "1.5B",
                                              .hidden = 1536,
                                              .layers = 28,
                                              .heads = 12,
                                              .kv_heads = 2,
                                              .head_dim = 128,
                                              .intermediate = 8960,
                                              .vocabulary = 151936,
                                              .tied = true},
                                        Shape{.name = "7B",
                                              .hidden = 3584,
                                              .layers = 28,
                                              .heads = 28,
                                              .kv_heads = 4,
                                              .head_dim = 128,
                                              .intermediate = 18944,
                                              .vocabulary = 152064,
                                              .tied = false},
                                        Shape{.name = "tiny",
                                              .hidden = 128,
                                              .layers = 2,
                                              .heads = 4,
                                              .kv_heads = 2,
                                              .head_dim = 32,
                                              .intermediate = 512,
                                              .vocabulary = 2048,
                                              .tied = true}};
  return all;
}

}  // namespace

std::int64_t Shape::layer_weights() const {
  return hidden * qkv_rows() + query_size() * hidden + 3 * hidden * intermediate;
}

std::int64_t Shape::matrix_weights() const {
  return layers * layer_weights() + (tied ? 1 : 2) * vocabulary * hidden;
}

std::vector<std::string> shape_names() {
  std::vector<std::string> names;
  for (const auto& shape : shapes()) names.push_back(shape.name);
  return names;
}

Expected<Shape> shape_named(std::string_view name) {
  for (const auto& shape : shapes())
    if (shape.name == name) return shape;
  return fail(ErrorCode::usage, fmt::format("unknown model \"{}\"", name),
              fmt::format("there is: {}, or the path of a .gguf file", fmt::join(shape_names(), ", ")));
}

Expected<void> keep_layers(Shape& shape, std::int64_t layers) {
  if (layers > shape.layers)
    return fail(ErrorCode::usage,
                fmt::format("parameter layers = {}, but {} has {}", layers, shape.name, shape.layers),
                "use 0 for all layers");
  if (layers > 0) shape.layers = layers;
  return {};
}

}  // namespace hpct::qwen
