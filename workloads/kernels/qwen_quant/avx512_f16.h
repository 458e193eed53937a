// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/matvec512.h"
#include "workloads/kernels/qwen_quant/rows256.h"

/// f16 rows in 512-bit vectors, as the bf16 kernels have them.
namespace hpct::qwen {
namespace {

struct F16 {
  static __m512 floats(const Half* from) { return _mm512_cvtph_ps(load32(from)); }
};

void matvec_f16(const void* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  matvec16<F16>(static_cast<const Half*>(weights), x, rows, columns, out);
}

}  // namespace
}  // namespace hpct::qwen
