// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/qwen/elementwise.h"

/// AVX-512. A bf16 becomes a float by a shift and meets a fused multiply-add: the CPU's own bf16
/// dot product (avx512_bf16) issues too slowly to be any faster.
namespace hpct::qwen_kernels {
namespace {

using qwen::Attend;

inline __m512 load_bf16(const uint16_t* from) {
  const __m256i half = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}

/// Bytes ahead of the current column that each row asks for: a page, because the hardware
/// prefetchers stop at every 4 KiB border. Less or twice as much was slower for most row lengths.
constexpr int64_t kAhead = 4096;

/// `kRows` rows at once, which share the loads of x. Two read memory as fast as a loop that only
/// loads them; four lose a tenth with the short rows of the small model.
template <int kRows>
inline void dot_rows(const uint16_t* weights, const float* x, int64_t columns, float* out) {
  __m512 even[kRows];
  __m512 odd[kRows];
  for (int r = 0; r < kRows; ++r) even[r] = odd[r] = _mm512_setzero_ps();
  for (int64_t i = 0; i < columns; i += 32) {
    const __m512 x0 = _mm512_loadu_ps(x + i);
    const __m512 x1 = _mm512_loadu_ps(x + i + 16);
    for (int r = 0; r < kRows; ++r) {
      const uint16_t* const row = weights + r * columns + i;
      _mm_prefetch(reinterpret_cast<const char*>(row) + kAhead, _MM_HINT_T0);
      even[r] = _mm512_fmadd_ps(load_bf16(row), x0, even[r]);
      odd[r] = _mm512_fmadd_ps(load_bf16(row + 16), x1, odd[r]);
    }
  }
  for (int r = 0; r < kRows; ++r) out[r] = _mm512_reduce_add_ps(_mm512_add_ps(even[r], odd[r]));
}

void matvec(const uint16_t* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  int64_t row = 0;
  for (; row + 2 <= rows; row += 2) dot_rows<2>(weights + row * columns, x, columns, out + row);
  for (; row < rows; ++row) dot_rows<1>(weights + row * columns, x, columns, out + row);
}

/// Lane i of the result is the sum of the lanes of v[i].
inline __m512 sum_each(const __m512* v) {
  __m512 quads[4];
  for (int i = 0; i < 4; ++i) {
    const __m512* const a = v + 4 * i;
    const __m512 p = _mm512_add_ps(_mm512_unpacklo_ps(a[0], a[1]), _mm512_unpackhi_ps(a[0], a[1]));
    const __m512 q = _mm512_add_ps(_mm512_unpacklo_ps(a[2], a[3]), _mm512_unpackhi_ps(a[2], a[3]));
    const __m512d low = _mm512_unpacklo_pd(_mm512_castps_pd(p), _mm512_castps_pd(q));
    const __m512d high = _mm512_unpackhi_pd(_mm512_castps_pd(p), _mm512_castps_pd(q));
    quads[i] = _mm512_add_ps(_mm512_castpd_ps(low), _mm512_castpd_ps(high));
  }
  const auto fold = [](__m512 a, __m512 b) {
    return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xDD));
  };
  return fold(fold(quads[0], quads[1]), fold(quads[2], quads[3]));
}

/// Scores of 16 positions whose keys have been expanded: one per lane.
template <int kDim>
inline __m512 score_tile(const float* query, const float* tile) {
  __m512 sums[16];
  for (int p = 0; p < 16; ++p) sums[p] = _mm512_setzero_ps();
  for (int i = 0; i < kDim; i += 16) {
    const __m512 q = _mm512_loadu_ps(query + i);
    for (int p = 0; p < 16; ++p) sums[p] = _mm512_fmadd_ps(q, _mm512_loadu_ps(tile + p * kDim + i), sums[p]);
  }
  return sum_each(sums);
}

/// Keys are expanded once for all heads of the group; lanes past the end are computed from old
/// tile contents and not stored.
template <int kDim>
void scores(const Attend& part) {
  alignas(64) float tile[16 * kDim] = {};
  const __m512 scale = _mm512_set1_ps(qwen::score_scale(kDim));
  for (int64_t first = 0; first < part.count; first += 16) {
    const int64_t left = part.count - first;
    const int64_t here = left < 16 ? left : 16;
    for (int64_t i = 0; i < here * kDim; i += 16)
      _mm512_store_ps(tile + i, load_bf16(part.keys + first * kDim + i));
    const auto mask = static_cast<__mmask16>((1U << here) - 1U);
    for (int64_t g = 0; g < part.group; ++g) {
      const __m512 score = score_tile<kDim>(part.queries + g * kDim, tile);
      _mm512_mask_storeu_ps(part.scores + g * part.count + first, mask, _mm512_mul_ps(score, scale));
    }
  }
}

/// 32 columns of the weighted values of all heads: each value is loaded and expanded once.
template <int kGroup>
void sums_of_columns(const Attend& part, int64_t column) {
  __m512 low[kGroup];
  __m512 high[kGroup];
  for (int g = 0; g < kGroup; ++g) low[g] = high[g] = _mm512_setzero_ps();
  const uint16_t* values = part.values + column;
  for (int64_t p = 0; p < part.count; ++p, values += part.dim) {
    const __m512 v0 = load_bf16(values);
    const __m512 v1 = load_bf16(values + 16);
    for (int g = 0; g < kGroup; ++g) {
      const __m512 weight = _mm512_set1_ps(part.scores[g * part.count + p]);
      low[g] = _mm512_fmadd_ps(weight, v0, low[g]);
      high[g] = _mm512_fmadd_ps(weight, v1, high[g]);
    }
  }
  for (int g = 0; g < kGroup; ++g) {
    _mm512_storeu_ps(part.sums + g * part.dim + column, low[g]);
    _mm512_storeu_ps(part.sums + g * part.dim + column + 16, high[g]);
  }
}

template <int kGroup>
void sums_of_group(const Attend& part) {
  for (int64_t column = 0; column < part.dim; column += 32) sums_of_columns<kGroup>(part, column);
}

void attend(const Attend& part) {
  qwen::attend_with(part, qwen::chosen_by_dim(part.dim, scores<32>, scores<64>, scores<96>, scores<128>),
                    qwen::chosen_by_group(part.group, sums_of_group<1>, sums_of_group<2>, sums_of_group<3>,
                                          sums_of_group<4>, sums_of_group<5>, sums_of_group<6>,
                                          sums_of_group<7>, sums_of_group<8>));
}

}  // namespace

extern const qwen::Kernels avx512;
const qwen::Kernels avx512{"avx512",        matvec, qwen::rmsnorm,       qwen::rope,  qwen::to_bf16,
                           qwen::from_bf16, attend, qwen::silu_multiply, qwen::argmax};

}  // namespace hpct::qwen_kernels
