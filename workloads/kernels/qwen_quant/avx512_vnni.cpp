// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_quant/avx512_f16.h"

/// AVX-512 with VNNI: one instruction adds four products of an unsigned and a signed byte to 32 bits. Signed
/// weights are made unsigned by adding 128; the start value takes 128 times the sum of x off again, and 8
/// times that of x for nibbles.
namespace hpct::qwen_quant_kernels {
namespace {

using namespace qwen;

struct ByteDots {
  static __m256i dot(__m256i sum, __m256i u, __m256i s) { return _mm256_dpbusd_epi32(sum, u, s); }
  static __m256i less(__m256i sum) { return _mm256_sub_epi32(_mm256_setzero_si256(), sum); }
  static __m256i offset() { return _mm256_set1_epi8(static_cast<char>(-128)); }
  static __m256i q8_start(__m256i x) { return less(dot(_mm256_setzero_si256(), offset(), x)); }
  static __m256i q8(__m256i start, __m256i w, __m256i x) {
    return dot(start, _mm256_xor_si256(w, offset()), x);
  }
  static __m256i q4_start(__m256i low, __m256i high) {
    const __m256i eight = _mm256_set1_epi8(8);
    return less(dot(dot(_mm256_setzero_si256(), eight, low), eight, high));
  }
  static __m256i q4(__m256i start, __m256i nibbles, __m256i low, __m256i high) {
    return dot(dot(start, low_nibbles(nibbles), low), high_nibbles(nibbles), high);
  }
};

}  // namespace

extern const WeightKernels avx512_vnni;
const WeightKernels avx512_vnni{"avx512_vnni",
                                matvec_f32,
                                matvec_f16,
                                round,
                                by_rows<RowsQ8<ByteDots>, 1>,
                                by_rows<RowsQ4<ByteDots>, 2>,
                                by_rows_g128<RowsG128<ByteDots>, 2>};

}  // namespace hpct::qwen_quant_kernels
