// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_quant/avx512_f16.h"

/// AVX-512 without the dot product of bytes: wide vectors for f16, the loops of AVX2 for the block formats.
namespace hpct::qwen_quant_kernels {

using namespace qwen;

extern const WeightKernels avx512;
const WeightKernels avx512{"avx512",
                           matvec_f32,
                           matvec_f16,
                           round,
                           by_rows<RowsQ8<PairSums>, 1>,
                           by_rows<RowsQ4<PairSums>, 2>,
                           by_rows_g128<RowsG128<PairSums>, 2>};

}  // namespace hpct::qwen_quant_kernels
