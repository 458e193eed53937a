// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "workloads/qwen/kernel_workload.h"
#include "workloads/qwen/shape.h"

namespace hpct::qwen {

/// A kernel that makes one row of floats out of another, for many rows. The functions are called by several
/// threads at once.
struct RowKernel {
  std::int64_t in = 0;   ///< floats of a row
  std::int64_t out = 0;  ///< floats of its result
  float scale = 1;       ///< inputs are evenly distributed in (-scale, scale)
  /// `kernels` is null for the naive variant.
  std::function<void(const Kernels* kernels, const float* in, float* out)> run;
  std::function<void(const float* in, double* out)> expected;
  double flops = 0;  ///< of a row
  std::string flops_formula;
  std::string reference;
};

/// The kernel of the model that the settings name, for as many rows as they say. Error: no such model.
Expected<std::unique_ptr<Workload>> make_row_workload(const Settings& settings,
                                                      RowKernel (*kernel_of)(const Shape& shape));

std::vector<Variant> row_variants(const Settings& settings);

/// The parameters "model", "rows" and "seed".
std::vector<Parameter> row_parameters(std::int64_t rows);

/// For the simulated repetition.
void reduce_rows(Settings& settings);

}  // namespace hpct::qwen
