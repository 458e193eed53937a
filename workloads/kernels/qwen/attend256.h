// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>

#include "workloads/kernels/qwen/elementwise.h"

/// Attention of one group of query heads in 256-bit vectors, block by block. `Rows` says how keys and values
/// are stored:
///   kBytes               of 32 elements
///   floats(row, column)  8 elements of a row from `column` on
namespace hpct::qwen {
namespace {

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

template <class Rows>
constexpr int64_t row_bytes(int64_t dim) {
  return dim / 32 * Rows::kBytes;
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
template <class Rows, int kDim>
void scores(const Attend& part) {
  alignas(32) float tile[8 * kDim] = {};
  const __m256 scale = _mm256_set1_ps(score_scale(kDim));
  for (int64_t first = 0; first < part.count; first += 8) {
    const int64_t left = part.count - first;
    const int64_t here = left < 8 ? left : 8;
    const char* row = reinterpret_cast<const char*>(part.keys) + first * row_bytes<Rows>(kDim);
    for (int64_t p = 0; p < here; ++p, row += row_bytes<Rows>(kDim))
      for (int64_t i = 0; i < kDim; i += 32) {
        prefetch_kv(row + row_bytes<Rows>(i));
        for (int64_t k = i; k < i + 32; k += 8) _mm256_store_ps(tile + p * kDim + k, Rows::floats(row, k));
      }
    for (int64_t g = 0; g < part.group; ++g) {
      float eight[8];
      _mm256_storeu_ps(eight, _mm256_mul_ps(score_tile<kDim>(part.queries + g * kDim, tile), scale));
      memcpy(part.scores + g * part.count + first, eight, static_cast<size_t>(here) * sizeof(float));
    }
  }
}

/// 8 columns of the weighted values of all heads: each value is loaded and expanded once.
template <class Rows, int kGroup>
void sums_of_columns(const Attend& part, int64_t column) {
  __m256 sums[kGroup];
  for (int g = 0; g < kGroup; ++g) sums[g] = _mm256_setzero_ps();
  const char* row = reinterpret_cast<const char*>(part.values);
  const char* next = row + column * part.count / 32 * Rows::kBytes;
  for (int64_t p = 0; p < part.count; ++p, row += row_bytes<Rows>(part.dim)) {
    if (p % 4 == 0) prefetch_kv(next + p / 4 * Rows::kBytes);  // four positions of 8 columns
    const __m256 v = Rows::floats(row, column);
    for (int g = 0; g < kGroup; ++g)
      sums[g] = _mm256_fmadd_ps(_mm256_set1_ps(part.scores[g * part.count + p]), v, sums[g]);
  }
  for (int g = 0; g < kGroup; ++g) _mm256_storeu_ps(part.sums + g * part.dim + column, sums[g]);
}

template <class Rows, int kGroup>
void sums_of_group(const Attend& part) {
  for (int64_t column = 0; column < part.dim; column += 8) sums_of_columns<Rows, kGroup>(part, column);
}

template <class Rows>
void attend_rows(const Attend& part) {
  attend_in_blocks(
      part, row_bytes<Rows>(part.dim),
      chosen_by_dim(part.dim, scores<Rows, 32>, scores<Rows, 64>, scores<Rows, 96>, scores<Rows, 128>),
      chosen_by_group(part.group, sums_of_group<Rows, 1>, sums_of_group<Rows, 2>, sums_of_group<Rows, 3>,
                      sums_of_group<Rows, 4>, sums_of_group<Rows, 5>, sums_of_group<Rows, 6>,
                      sums_of_group<Rows, 7>, sums_of_group<Rows, 8>));
}

}  // namespace
}  // namespace hpct::qwen
