// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/bf16.h"
#include "workloads/qwen/decode_methods.h"
#include "workloads/qwen/matrix.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {

/// Some rows of matrix * x, whatever its format; `rounded` is x as bytes, read where rounds(format).
inline void multiply(const StepKernels& kernels, const Matrix& matrix, const float* x, RoundedVector rounded,
                     Share rows, float* out) {
  const std::byte* const first = matrix.row(rows.begin);
  const auto count = rows.size();
  const auto columns = matrix.columns;
  switch (matrix.format) {
    case Format::f32:
      return kernels.weights->matvec_f32(first, x, count, columns, out);
    case Format::f16:
      return kernels.weights->matvec_f16(first, x, count, columns, out);
    case Format::bf16:
      return kernels.plain->matvec(reinterpret_cast<const Bf16*>(first), x, count, columns, out);
    case Format::q8:
      return kernels.weights->matvec_q8(first, rounded, count, columns, out);
    case Format::q4:
      return kernels.weights->matvec_q4(first, rounded, count, columns, out);
    case Format::q4g128:
      return kernels.weights->matvec_q4g128(first, rounded, count, columns, out);
  }
}

}  // namespace hpct::qwen
