// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_quant/groups128.h"

/// NEON with the dot product of bytes (SDOT, optional from Armv8.2 on, always there from Armv8.4 on): one
/// instruction adds four products of signed bytes to 32 bits, so nothing is offset and nothing overflows.
namespace hpct::qwen_quant_kernels {
namespace {

using namespace qwen;

struct ByteDots {
  static int32x4_t dot(int8x16_t w0, int8x16_t w1, int8x16_t x0, int8x16_t x1) {
    return vdotq_s32(vdotq_s32(vdupq_n_s32(0), w0, x0), w1, x1);
  }
};

}  // namespace

extern const WeightKernels neon_dotprod;
const WeightKernels neon_dotprod{"neon_dotprod",
                                 matvec_floats<FromF32>,
                                 matvec_floats<FromF16>,
                                 round,
                                 by_rows<Rows128<GroupQ8, ByteDots>, 2>,
                                 by_rows<Rows128<GroupQ4, ByteDots>, 2>,
                                 by_rows_g128<RowsG128<ByteDots>, 2>};

}  // namespace hpct::qwen_quant_kernels
