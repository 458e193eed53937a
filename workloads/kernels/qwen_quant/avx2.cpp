// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen/matvec256.h"
#include "workloads/kernels/qwen_quant/rows256.h"

/// AVX2, FMA and F16C.
namespace hpct::qwen_quant_kernels {
namespace {

using namespace qwen;

struct F16 {
  static __m256 floats(const Half* from) { return _mm256_cvtph_ps(load16(from)); }
};

void matvec_f16(const void* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  matvec16<F16>(static_cast<const Half*>(weights), x, rows, columns, out);
}

}  // namespace

extern const WeightKernels avx2;
const WeightKernels avx2{"avx2",
                         matvec_f32,
                         matvec_f16,
                         round,
                         by_rows<RowsQ8<PairSums>, 1>,
                         by_rows<RowsQ4<PairSums>, 2>,
                         by_rows_g128<RowsG128<PairSums>, 2>};

}  // namespace hpct::qwen_quant_kernels
