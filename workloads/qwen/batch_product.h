// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/batch_methods.h"
#include "workloads/qwen/matrix.h"
#include "workloads/qwen/pages.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {

/// Vectors to be multiplied, in every form that some kernel reads.
struct ProductInput {
  const float* exact;      ///< [tokens][columns]
  const uint16_t* halves;  ///< or null
  RoundedRows bytes;       ///< or nulls
  std::int64_t tokens = 0;
};

/// Where a product goes: element [t][r] to out[t * stride + r], r counted from the first of the rows.
struct ProductOutput {
  float* out;
  std::int64_t stride;
  bool add = false;
};

/// Floats that the product of a format without a loop of its own wants as scratch, for such a matrix.
std::int64_t scratch_floats(std::int64_t columns);

/// Some rows of matrix * x, whatever its format.
void multiply(const BatchKernels& kernels, const Matrix& matrix, Share rows, const ProductInput& x,
              const ProductOutput& to, float* scratch);

/// The same in pieces that take a fraction of a second even without vectors; none after Ctrl-C.
void multiply_interruptibly(const BatchKernels& kernels, const Matrix& matrix, Share rows,
                            const ProductInput& x, const ProductOutput& to, float* scratch);

}  // namespace hpct::qwen
