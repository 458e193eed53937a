// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include <cstdint>

#include "workloads/qwen/shape.h"

namespace hpct::qwen {

struct MatrixSizes {
  std::int64_t rows;
  std::int64_t columns;
};

// Which matrix of a model a kernel works on, and how much of it: the parameters "matrix" and "rows".
Parameter matrix_parameter();
Parameter rows_parameter();

/// What "model", "matrix" and "rows" say. Error: no such model.
Expected<MatrixSizes> matrix_sizes(const Settings& settings);

/// For the simulated repetition.
void reduce_matrix(Settings& settings);

}  // namespace hpct::qwen
