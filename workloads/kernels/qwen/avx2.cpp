// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen/elementwise.h"
#include "workloads/kernels/qwen/matvec16_avx2.h"

/// AVX2 and FMA: the same plan as AVX-512 with half the lanes and half the registers.
namespace hpct::qwen_kernels {
namespace {

using qwen::Attend;

struct Bf16 {
  static __m256 floats(const uint16_t* from) {
    const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
  }
};

/// Adjacent lanes added, until lane i holds the sum of the lanes of v[i]. Eight vectors.
inline __m256 sum_each(const __m256* v) {
  const __m256 a = _mm256_hadd_ps(_mm256_hadd_ps(v[0], v[1]), _mm256_hadd_ps(v[2], v[3]));
  const __m256 b = _mm256_hadd_ps(_mm256_hadd_ps(v[4], v[5]), _mm256_hadd_ps(v[6], v[7]));
  return _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31));
}

/// Bytes ahead at which keys and values are asked for: into the second cache, where they wait for their
/// block, and in the order in which they lie, which the hardware's prefetcher follows.
constexpr int64_t kAheadKv = 12288;

inline void prefetch_kv(const void* at) {
  _mm_prefetch(static_cast<const char*>(at) + kAheadKv, _MM_HINT_T1);
}

/// Scores of 8 positions whose keys have been expanded: one per lane.
template <int kDim>
inline __m256 score_tile(const float* query, const float* tile) {
  __m256 sums[8];
  for (int p = 0; p < 8; ++p) sums[p] = _mm256_setzero_ps();
  for (int i = 0; i < kDim; i += 8) {
    const __m256 q = _mm256_loadu_ps(query + i);
    for (int p = 0; p < 8; ++p) sums[p] = _mm256_fmadd_ps(q, _mm256_loadu_ps(tile + p * kDim + i), sums[p]);
  }
  return sum_each(sums);
}

/// Keys are expanded once for all heads of the group; lanes past the end are computed from old
/// tile contents and not copied.
template <int kDim>
void scores(const Attend& part) {
  alignas(32) float tile[8 * kDim] = {};
  const __m256 scale = _mm256_set1_ps(qwen::score_scale(kDim));
  for (int64_t first = 0; first < part.count; first += 8) {
    const int64_t left = part.count - first;
    const int64_t here = left < 8 ? left : 8;
    for (int64_t i = 0; i < here * kDim; i += 32) {
      prefetch_kv(part.keys + first * kDim + i);
      for (int64_t k = i; k < i + 32; k += 8)
        _mm256_store_ps(tile + k, Bf16::floats(part.keys + first * kDim + k));
    }
    for (int64_t g = 0; g < part.group; ++g) {
      float eight[8];
      _mm256_storeu_ps(eight, _mm256_mul_ps(score_tile<kDim>(part.queries + g * kDim, tile), scale));
      memcpy(part.scores + g * part.count + first, eight, static_cast<size_t>(here) * sizeof(float));
    }
  }
}

/// 8 columns of the weighted values of all heads: each value is loaded and expanded once.
template <int kGroup>
void sums_of_columns(const Attend& part, int64_t column) {
  __m256 sums[kGroup];
  for (int g = 0; g < kGroup; ++g) sums[g] = _mm256_setzero_ps();
  const uint16_t* values = part.values + column;
  const uint16_t* next = part.values + column * part.count;
  for (int64_t p = 0; p < part.count; ++p, values += part.dim, next += 8) {
    if (p % 4 == 0) prefetch_kv(next);  // a line holds 32
    const __m256 v = Bf16::floats(values);
    for (int g = 0; g < kGroup; ++g)
      sums[g] = _mm256_fmadd_ps(_mm256_set1_ps(part.scores[g * part.count + p]), v, sums[g]);
  }
  for (int g = 0; g < kGroup; ++g) _mm256_storeu_ps(part.sums + g * part.dim + column, sums[g]);
}

template <int kGroup>
void sums_of_group(const Attend& part) {
  for (int64_t column = 0; column < part.dim; column += 8) sums_of_columns<kGroup>(part, column);
}

void attend(const Attend& part) {
  qwen::attend_in_blocks(part, qwen::chosen_by_dim(part.dim, scores<32>, scores<64>, scores<96>, scores<128>),
                         qwen::chosen_by_group(part.group, sums_of_group<1>, sums_of_group<2>,
                                               sums_of_group<3>, sums_of_group<4>, sums_of_group<5>,
                                               sums_of_group<6>, sums_of_group<7>, sums_of_group<8>));
}

}  // namespace

extern const qwen::Kernels avx2;
const qwen::Kernels avx2{"avx2",     qwen::matvec16<Bf16>, qwen::rmsnorm,
                         qwen::rope, qwen::to_bf16,        qwen::from_bf16,
                         attend,     qwen::silu_multiply,  qwen::argmax};

}  // namespace hpct::qwen_kernels
