// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_quant/avx512_rows.h"

/// AVX-512 with VNNI: one instruction adds four products of an unsigned and a signed byte to 32 bits. Signed
/// weights are made unsigned by adding 128; the start value takes 128 times the sum of x off again.
namespace hpct::qwen_quant_kernels {
namespace {

using namespace qwen;

struct ByteDots {
  static __m512i add(__m512i sum, __m512i u, __m512i s) { return _mm512_dpbusd_epi32(sum, u, s); }
  static __m512i offset() { return _mm512_set1_epi8(static_cast<char>(-128)); }
  static __m512i q8_start(__m512i x) {
    const __m512i zero = _mm512_setzero_si512();
    return _mm512_sub_epi32(zero, _mm512_dpbusd_epi32(zero, offset(), x));
  }
  static __m512i q8(__m512i start, __m512i w, __m512i x) {
    return _mm512_dpbusd_epi32(start, _mm512_xor_si512(w, offset()), x);
  }
};

}  // namespace

extern const WeightKernels avx512_vnni;
const WeightKernels avx512_vnni{
    "avx512_vnni", matvec_f32, matvec_f16, round, by_rows<RowsQ8<ByteDots>, 2>, by_rows<RowsQ4<ByteDots>, 2>};

}  // namespace hpct::qwen_quant_kernels
