// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/qwen_quant/groups.h"

/// AVX2, FMA and F16C. Products of bytes are summed by pairs into 16 bits, which holds as long as no pair
/// exceeds 32767: 2 * 128 * 127 for bytes (sign of the weight moved to x), 2 * 15 * 127 for nibbles.
namespace hpct::qwen_quant_kernels {
namespace {

using namespace qwen;

constexpr int64_t kAhead = 4096;  ///< bytes to prefetch: a page, where the hardware's prefetchers stop

inline void prefetch(const void* at) { _mm_prefetch(static_cast<const char*>(at) + kAhead, _MM_HINT_T0); }

inline __m256i load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

inline float sum_lanes(__m256 v) {
  float lanes[8];
  _mm256_storeu_ps(lanes, v);
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

inline __m256 load_half(const Half* from) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

template <int kRows>
inline void dot_f16(const Half* weights, const float* x, int64_t columns, float* out) {
  __m256 even[kRows];
  __m256 odd[kRows];
  for (int r = 0; r < kRows; ++r) even[r] = odd[r] = _mm256_setzero_ps();
  for (int64_t i = 0; i < columns; i += 32) {
    for (int r = 0; r < kRows; ++r) prefetch(weights + r * columns + i);
    for (int64_t k = i; k < i + 32; k += 16)
      for (int r = 0; r < kRows; ++r) {
        const Half* const row = weights + r * columns + k;
        even[r] = _mm256_fmadd_ps(load_half(row), _mm256_loadu_ps(x + k), even[r]);
        odd[r] = _mm256_fmadd_ps(load_half(row + 8), _mm256_loadu_ps(x + k + 8), odd[r]);
      }
  }
  for (int r = 0; r < kRows; ++r) out[r] = sum_lanes(_mm256_add_ps(even[r], odd[r]));
}

void matvec_f16(const void* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  const auto* const at = static_cast<const Half*>(weights);
  int64_t row = 0;
  for (; row + 2 <= rows; row += 2) dot_f16<2>(at + row * columns, x, columns, out + row);
  for (; row < rows; ++row) dot_f16<1>(at + row * columns, x, columns, out + row);
}

inline __m256 scale_lanes(const uint8_t* group, float x_scale) {
  Half bits;
  memcpy(&bits, group, sizeof bits);
  return _mm256_mul_ps(_mm256_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi32_si128(bits))), _mm256_set1_ps(x_scale));
}

inline __m256 sum_pairs(__m256i products) {
  return _mm256_cvtepi32_ps(_mm256_madd_epi16(products, _mm256_set1_epi16(1)));
}

struct Q8 {
  static constexpr int64_t kBytes = kBytesQ8;

  template <int kRows>
  static void run(const uint8_t* weights, RoundedVector x, int64_t columns, float* out) {
    const int64_t groups = columns / kGroup;
    __m256 sums[kRows];
    for (int r = 0; r < kRows; ++r) sums[r] = _mm256_setzero_ps();
    for (int64_t g = 0; g < groups; ++g) {
      const __m256i values = load(x.values + g * kGroup);
      for (int r = 0; r < kRows; ++r) {
        const uint8_t* const group = weights + (r * groups + g) * kBytes;
        prefetch(group);
        const __m256i w = load(group + 2);
        const __m256i products = _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(values, w));
        sums[r] = _mm256_fmadd_ps(sum_pairs(products), scale_lanes(group, x.scales[g]), sums[r]);
      }
    }
    for (int r = 0; r < kRows; ++r) out[r] = sum_lanes(sums[r]);
  }
};

struct Q4 {
  static constexpr int64_t kBytes = kBytesQ4;

  static __m256i nibbles(const uint8_t* group) {
    const __m128i both = _mm_loadu_si128(reinterpret_cast<const __m128i*>(group + 2));
    const __m256i wide = _mm256_inserti128_si256(_mm256_castsi128_si256(both), _mm_srli_epi16(both, 4), 1);
    return _mm256_and_si256(wide, _mm256_set1_epi8(15));
  }

  template <int kRows>
  static void run(const uint8_t* weights, RoundedVector x, int64_t columns, float* out) {
    const int64_t groups = columns / kGroup;
    __m256 sums[kRows];
    for (int r = 0; r < kRows; ++r) sums[r] = _mm256_setzero_ps();
    for (int64_t g = 0; g < groups; ++g) {
      const __m256i values = load(x.values + g * kGroup);
      const __m256i eights = _mm256_maddubs_epi16(_mm256_set1_epi8(8), values);
      for (int r = 0; r < kRows; ++r) {
        const uint8_t* const group = weights + (r * groups + g) * kBytes;
        prefetch(group);
        const __m256i products = _mm256_sub_epi16(_mm256_maddubs_epi16(nibbles(group), values), eights);
        sums[r] = _mm256_fmadd_ps(sum_pairs(products), scale_lanes(group, x.scales[g]), sums[r]);
      }
    }
    for (int r = 0; r < kRows; ++r) out[r] = sum_lanes(sums[r]);
  }
};

}  // namespace

extern const WeightKernels avx2;
const WeightKernels avx2{"avx2", matvec_f32, matvec_f16, round, by_rows<Q8, 2>, by_rows<Q4, 2>};

}  // namespace hpct::qwen_quant_kernels
