// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_quant/groups128.h"

/// NEON as every 64-bit ARM has it, without a dot product of bytes.
namespace hpct::qwen_quant_kernels {
namespace {

using namespace qwen;

/// Two products fit into 16 bits: 2 * 128 * 127 = 32512. Pairs of them are then added in 32.
struct PairSums {
  static int32x4_t dot(int8x16_t w0, int8x16_t w1, int8x16_t x0, int8x16_t x1) {
    const int16x8_t low = vmull_s8(vget_low_s8(w0), vget_low_s8(x0));
    const int16x8_t high = vmull_high_s8(w0, x0);
    const int32x4_t sum = vpaddlq_s16(vmlal_s8(low, vget_low_s8(w1), vget_low_s8(x1)));
    return vpadalq_s16(sum, vmlal_high_s8(high, w1, x1));
  }
};

}  // namespace

extern const WeightKernels neon;
const WeightKernels neon{"neon",
                         matvec_floats<FromF32>,
                         matvec_floats<FromF16>,
                         round,
                         by_rows<Rows128<GroupQ8, PairSums>, 2>,
                         by_rows<Rows128<GroupQ4, PairSums>, 2>,
                         by_rows_g128<RowsG128<PairSums>, 2>};

}  // namespace hpct::qwen_quant_kernels
