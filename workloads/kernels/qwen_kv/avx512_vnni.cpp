// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_kv/f16_rows.h"
#include "workloads/kernels/qwen_kv/q8_blocks.h"

/// AVX-512 with VNNI.
namespace hpct::qwen_kv_kernels {
namespace {

using namespace qwen;

/// Four products of bytes at once. A query's whole numbers are split into an upper and a lower byte; keys are
/// made unsigned by adding 128, which the starts of the sums take off again.
struct ByteDots {
  static void split(const int32_t* steps, ByteQuery& to, int64_t part) {
    int32_t high_sum = 0;
    int32_t low_sum = 0;
    int8_t high[kGroup];
    int8_t low[kGroup];
    for (int64_t i = 0; i < kGroup; ++i) {
      const int32_t upper = (steps[i] + 128) >> 8;
      high[i] = static_cast<int8_t>(upper);
      low[i] = static_cast<int8_t>(steps[i] - upper * 256);
      high_sum += high[i];
      low_sum += low[i];
    }
    memcpy(to.first[part], high, sizeof high);
    memcpy(to.second[part], low, sizeof low);
    to.start_first[part] = -128 * high_sum;
    to.start_second[part] = -128 * low_sum;
  }
  using Column = __m512i;
  static Column column(__m512i bytes) {
    return _mm512_xor_si512(bytes, _mm512_set1_epi8(static_cast<char>(-128)));
  }
  static void add(TwoSums& sums, __m512i keys, __m512i high, __m512i low) {
    sums.first = _mm512_dpbusd_epi32(sums.first, keys, high);
    sums.second = _mm512_dpbusd_epi32(sums.second, keys, low);
  }
  static __m512i total(const TwoSums& sums) {
    return _mm512_add_epi32(_mm512_slli_epi32(sums.first, 8), sums.second);
  }
};

}  // namespace

extern const KvKernels avx512_vnni;
const KvKernels avx512_vnni{"avx512_vnni", attend_f16_blocks, attend_q8_blocks<ByteDots>};

}  // namespace hpct::qwen_kv_kernels
