// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include "workloads/qwen/shape.h"

namespace hpct::qwen {

struct MatrixSizes {
  std::int64_t rows;
  std::int64_t columns;
};

/// Which matrix of a model a kernel works on: the parameter "matrix".
Parameter matrix_parameter();

/// One of its choices.
MatrixSizes matrix_sizes(const Shape& shape, std::string_view name);

}  // namespace hpct::qwen
