// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen/attend256.h"
#include "workloads/qwen/kv_kernels.h"
#include "workloads/qwen/weight_kernels.h"

/// AVX2, FMA and F16C: elements become floats as they are loaded.
namespace hpct::qwen_kv_kernels {
namespace {

using namespace qwen;

struct F16Rows {
  static constexpr int64_t kBytes = 64;
  static __m256 floats(const char* row, int64_t column) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row + 2 * column)));
  }
};

struct Q8Rows {
  static constexpr int64_t kBytes = kBytesQ8;
  static __m256 floats(const char* row, int64_t column) {
    const char* const group = row + column / kGroup * kBytesQ8;
    uint16_t half;
    memcpy(&half, group, sizeof half);
    const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(group + 2 + column % kGroup));
    return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)),
                         _mm256_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(half))));
  }
};

template <class Rows>
void attend(const AttendRows& part) {
  float scores[kLargestGroup * kPositions];
  attend_rows<Rows>({.queries = part.queries,
                     .keys = static_cast<const uint16_t*>(part.keys),
                     .values = static_cast<const uint16_t*>(part.values),
                     .group = part.group,
                     .dim = part.dim,
                     .count = part.count,
                     .scores = scores,
                     .sums = part.sums,
                     .largest = part.largest,
                     .weights = part.weights});
}

}  // namespace

extern const KvKernels avx2;
const KvKernels avx2{"avx2", attend<F16Rows>, attend<Q8Rows>};

}  // namespace hpct::qwen_kv_kernels
