// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/matrix_choice.h"

namespace hpct::qwen {
namespace {

MatrixSizes sizes_of(const Shape& shape, std::string_view name) {
  if (name == "qkv") return {shape.qkv_rows(), shape.hidden};
  if (name == "o") return {shape.hidden, shape.query_size()};
  if (name == "gate") return {shape.intermediate, shape.hidden};
  if (name == "down") return {shape.hidden, shape.intermediate};
  return {shape.vocabulary, shape.hidden};
}

}  // namespace

Parameter matrix_parameter() {
  return {.name = "matrix",
          .default_value = "lm_head",
          .summary = "which matrix; only lm_head is larger than the caches of most machines",
          .low = {},
          .high = {},
          .choices = {"qkv", "o", "gate", "down", "lm_head"}};
}

Parameter rows_parameter() {
  return {"rows", std::int64_t{0}, "0 for as many as the matrix has", 0, 1e7, {}};
}

Expected<MatrixSizes> matrix_sizes(const Settings& settings) {
  const auto shape = shape_named(settings.text("model"));
  if (!shape) return tl::unexpected(shape.error());
  auto sizes = sizes_of(*shape, settings.text("matrix"));
  if (const auto rows = settings.integer("rows"); rows > 0) sizes.rows = rows;
  return sizes;
}

void reduce_matrix(Settings& settings) { settings.parameters["model"] = "tiny"; }

}  // namespace hpct::qwen
