// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/matrix_choice.h"

namespace hpct::qwen {

Parameter matrix_parameter() {
  return {.name = "matrix",
          .default_value = "lm_head",
          .summary = "which matrix; only lm_head is larger than the caches of most machines",
          .low = {},
          .high = {},
          .choices = {"qkv", "o", "gate", "down", "lm_head"}};
}

MatrixSizes matrix_sizes(const Shape& shape, std::string_view name) {
  if (name == "qkv") return {shape.qkv_rows(), shape.hidden};
  if (name == "o") return {shape.hidden, shape.query_size()};
  if (name == "gate") return {shape.intermediate, shape.hidden};
  if (name == "down") return {shape.hidden, shape.intermediate};
  return {shape.vocabulary, shape.hidden};
}

}  // namespace hpct::qwen
