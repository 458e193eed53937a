// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_quant/avx512_rows.h"

/// AVX-512 without the dot product of bytes: pairs are summed into 16 bits first, which must hold
/// 2 * 128 * 127; so the sign of the weight is moved to x.
namespace hpct::qwen_quant_kernels {
namespace {

using namespace qwen;

struct PairSums {
  static __m512i add(__m512i sum, __m512i u, __m512i s) {
    return _mm512_add_epi32(sum, _mm512_madd_epi16(_mm512_maddubs_epi16(u, s), _mm512_set1_epi16(1)));
  }
  static __m512i q8_start(__m512i) { return _mm512_setzero_si512(); }
  static __m512i q8(__m512i start, __m512i w, __m512i x) {
    const __m512i signed_x = _mm512_mask_sub_epi8(x, _mm512_movepi8_mask(w), _mm512_setzero_si512(), x);
    return add(start, _mm512_abs_epi8(w), signed_x);
  }
};

}  // namespace

extern const WeightKernels avx512;
const WeightKernels avx512{
    "avx512", matvec_f32, matvec_f16, round, by_rows<RowsQ8<PairSums>, 2>, by_rows<RowsQ4<PairSums>, 2>};

}  // namespace hpct::qwen_quant_kernels
