// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_kv/f16_rows.h"
#include "workloads/kernels/qwen_kv/q8_blocks.h"

/// AVX-512 without the dot product of bytes.
namespace hpct::qwen_kv_kernels {
namespace {

using namespace qwen;

/// Two products of 16-bit numbers at once: even bytes of the keys with even elements, odd ones with odd.
struct PairDots {
  static void split(const int32_t* steps, ByteQuery& to, int64_t part) {
    int16_t even[kGroup / 2];
    int16_t odd[kGroup / 2];
    for (int64_t i = 0; i < kGroup / 2; ++i) {
      even[i] = static_cast<int16_t>(steps[2 * i]);
      odd[i] = static_cast<int16_t>(steps[2 * i + 1]);
    }
    memcpy(to.first[part], even, sizeof even);
    memcpy(to.second[part], odd, sizeof odd);
    to.start_first[part] = to.start_second[part] = 0;
  }
  using Column = TwoSums;
  static Column column(__m512i bytes) {
    return {_mm512_srai_epi16(_mm512_slli_epi16(bytes, 8), 8), _mm512_srai_epi16(bytes, 8)};
  }
  static void add(TwoSums& sums, const Column& keys, __m512i first, __m512i second) {
    sums.first = _mm512_add_epi32(sums.first, _mm512_madd_epi16(keys.first, first));
    sums.second = _mm512_add_epi32(sums.second, _mm512_madd_epi16(keys.second, second));
  }
  static __m512i total(const TwoSums& sums) { return _mm512_add_epi32(sums.first, sums.second); }
};

}  // namespace

extern const KvKernels avx512;
const KvKernels avx512{"avx512", attend_f16_blocks, attend_q8_blocks<PairDots>};

}  // namespace hpct::qwen_kv_kernels
