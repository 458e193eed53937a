// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>

#include "workloads/kernels/qwen/elementwise.h"

/// Attention of one group of query heads in 512-bit vectors, block by block: the scores of a block, its
/// exponentials against the largest score so far, its values. Each key and value is read from memory once,
/// and the next ones are on their way meanwhile. `Rows` says how elements are stored, two to a dword:
///   even(dwords), odd(dwords)   their lower and upper elements as floats, divided by
///   kFactor                     which queries and weights are multiplied with in turn
namespace hpct::qwen {
namespace {

constexpr int64_t kBlock = 64;  ///< positions: keys and values of a block stay in the first cache
constexpr int64_t kTile = 16;   ///< positions, one to a lane
constexpr int kMaxGroup = 8;
constexpr int64_t kMaxDim = 128;
constexpr int64_t kAheadKv = 12288;  ///< bytes to prefetch: three pages

inline __m512i load64(const void* from) { return _mm512_loadu_si512(from); }

/// Into the second cache: there the lines wait for their turn, and the hardware's prefetcher, which watches
/// the order of what arrives there, runs ahead of them. Lines must be asked for in the order they lie in:
/// by columns of rows instead was a sixth slower.
inline void prefetch_kv(const void* at) {
  _mm_prefetch(static_cast<const char*>(at) + kAheadKv, _MM_HINT_T1);
}

/// Vector c of the result holds dword c of the 16 rows, which lie `stride` bytes apart.
inline void transpose(const char* rows, int64_t stride, __m512i* columns) {
  __m512i pairs[16];
  __m512i quads[16];
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 2) {
    const __m512i a = load64(rows + i * stride);
    const __m512i b = load64(rows + (i + 1) * stride);
    pairs[i] = _mm512_unpacklo_epi32(a, b);
    pairs[i + 1] = _mm512_unpackhi_epi32(a, b);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    quads[i] = _mm512_unpacklo_epi64(pairs[i], pairs[i + 2]);
    quads[i + 1] = _mm512_unpackhi_epi64(pairs[i], pairs[i + 2]);
    quads[i + 2] = _mm512_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
    quads[i + 3] = _mm512_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
  }
#pragma GCC unroll 4
  for (int c = 0; c < 4; ++c) {
    const __m512i a = _mm512_shuffle_i32x4(quads[c], quads[4 + c], 0x88);
    const __m512i b = _mm512_shuffle_i32x4(quads[c], quads[4 + c], 0xDD);
    const __m512i p = _mm512_shuffle_i32x4(quads[8 + c], quads[12 + c], 0x88);
    const __m512i q = _mm512_shuffle_i32x4(quads[8 + c], quads[12 + c], 0xDD);
    _mm512_store_si512(columns + c, _mm512_shuffle_i32x4(a, p, 0x88));
    _mm512_store_si512(columns + 4 + c, _mm512_shuffle_i32x4(b, q, 0x88));
    _mm512_store_si512(columns + 8 + c, _mm512_shuffle_i32x4(a, p, 0xDD));
    _mm512_store_si512(columns + 12 + c, _mm512_shuffle_i32x4(b, q, 0xDD));
  }
}

/// What one call carries from block to block.
struct AttendState {
  alignas(64) float queries[kMaxGroup][kMaxDim];   ///< scaled
  alignas(64) float weights[kMaxGroup][kBlock];    ///< of the block: scores, then their exponentials
  alignas(64) float sums[kMaxGroup][kMaxDim];      ///< per 32 columns: the even ones, the odd ones
  alignas(64) __m512i tile[2][16];                 ///< 32 keys, 32 elements of each
  alignas(64) char rest[2 * kTile * kMaxDim * 2];  ///< the last keys, followed by zeros
  float largest[kMaxGroup];
  float total[kMaxGroup];
};

/// Products of 32 keys with all queries, into column `first` of the weights.
template <class Rows, int kGroup>
void score_tiles(AttendState& state, const char* keys, int64_t dim, int64_t first) {
  __m512 sums[kGroup][2];
#pragma GCC unroll 8
  for (int g = 0; g < kGroup; ++g) sums[g][0] = sums[g][1] = _mm512_setzero_ps();
  const int64_t stride = dim * 2;
  for (int64_t part = 0; part < dim; part += 32) {
    transpose(keys + part * 2, stride, state.tile[0]);
    transpose(keys + part * 2 + kTile * stride, stride, state.tile[1]);
    const float* query = state.queries[0] + part;
    const char* next = keys + part * 2 * kTile * 2;
    for (int c = 0; c < 16; ++c, query += 2, next += 128) {
      prefetch_kv(next);
      prefetch_kv(next + 64);
      const __m512 even0 = Rows::even(state.tile[0][c]);
      const __m512 odd0 = Rows::odd(state.tile[0][c]);
      const __m512 even1 = Rows::even(state.tile[1][c]);
      const __m512 odd1 = Rows::odd(state.tile[1][c]);
#pragma GCC unroll 8
      for (int g = 0; g < kGroup; ++g) {
        const __m512 even = _mm512_set1_ps(query[g * kMaxDim]);
        const __m512 odd = _mm512_set1_ps(query[g * kMaxDim + 1]);
        sums[g][0] = _mm512_fmadd_ps(even, even0, sums[g][0]);
        sums[g][1] = _mm512_fmadd_ps(even, even1, sums[g][1]);
        sums[g][0] = _mm512_fmadd_ps(odd, odd0, sums[g][0]);
        sums[g][1] = _mm512_fmadd_ps(odd, odd1, sums[g][1]);
      }
    }
  }
#pragma GCC unroll 8
  for (int g = 0; g < kGroup; ++g) {
    _mm512_store_ps(state.weights[g] + first, sums[g][0]);
    _mm512_store_ps(state.weights[g] + first + kTile, sums[g][1]);
  }
}

/// exp(x) within 3e-7 relative for x <= 0: 2^n times the Taylor series of exp(r), |r| <= ln 2 / 2, up to
/// r^6 / 6!. Far below 0 it becomes 0.
inline __m512 exponentials16(__m512 x) {
  const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504F)), 8);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375F), x);  // ln 2 in two parts, the first exact
  r = _mm512_fmadd_ps(n, _mm512_set1_ps(2.12194440e-4F), r);
  __m512 sum = _mm512_set1_ps(1.0F / 720.0F);
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(1.0F / 120.0F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(1.0F / 24.0F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(1.0F / 6.0F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(0.5F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(1.0F));
  sum = _mm512_fmadd_ps(sum, r, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(sum, n);
}

/// A larger score than all before: what has been summed counts less by that much.
inline void raise_largest(AttendState& state, int64_t g, int64_t dim, float largest) {
  const float factor = exponential(state.largest[g] - largest);
  state.largest[g] = largest;
  state.total[g] *= factor;
  for (int64_t i = 0; i < dim; ++i) state.sums[g][i] *= factor;
}

inline __mmask16 lanes_below(int64_t count) {
  return static_cast<__mmask16>(count >= 16 ? 0xFFFFU : (1U << (count < 0 ? 0 : count)) - 1U);
}

/// Scores of one head, `count` of them, become weights; a NaN is passed over as the largest.
inline void soften(AttendState& state, int64_t g, int64_t dim, int64_t count, float factor) {
  float* const own = state.weights[g];
  __m512 top = _mm512_set1_ps(state.largest[g]);
  for (int64_t p = 0; p < count; p += 16)
    top = _mm512_mask_max_ps(top, lanes_below(count - p), _mm512_load_ps(own + p), top);
  const float largest = _mm512_reduce_max_ps(top);
  if (largest > state.largest[g]) raise_largest(state, g, dim, largest);
  const __m512 base = _mm512_set1_ps(state.largest[g]);
  __m512 total = _mm512_setzero_ps();
  for (int64_t p = 0; p < count; p += 16) {
    const __m512 weight = exponentials16(_mm512_sub_ps(_mm512_load_ps(own + p), base));
    _mm512_store_ps(own + p, _mm512_mul_ps(weight, _mm512_set1_ps(factor)));
    total = _mm512_mask_add_ps(total, lanes_below(count - p), total, weight);
  }
  state.total[g] += _mm512_reduce_add_ps(total);
}

/// 32 columns of the weighted values of all heads: each value is loaded and widened once.
template <class Rows, int kGroup>
void weigh_columns(AttendState& state, const char* values, int64_t stride, int64_t column, int64_t count) {
  __m512 even[kGroup];
  __m512 odd[kGroup];
#pragma GCC unroll 8
  for (int g = 0; g < kGroup; ++g) {
    even[g] = _mm512_load_ps(state.sums[g] + column);
    odd[g] = _mm512_load_ps(state.sums[g] + column + 16);
  }
  const char* row = values + column * 2;
  const char* next = values + column * 2 * count;
  for (int64_t p = 0; p < count; ++p, row += stride, next += 64) {
    prefetch_kv(next);
    const __m512i both = load64(row);
    const __m512 v0 = Rows::even(both);
    const __m512 v1 = Rows::odd(both);
#pragma GCC unroll 8
    for (int g = 0; g < kGroup; ++g) {
      const __m512 weight = _mm512_set1_ps(state.weights[g][p]);
      even[g] = _mm512_fmadd_ps(weight, v0, even[g]);
      odd[g] = _mm512_fmadd_ps(weight, v1, odd[g]);
    }
  }
#pragma GCC unroll 8
  for (int g = 0; g < kGroup; ++g) {
    _mm512_store_ps(state.sums[g] + column, even[g]);
    _mm512_store_ps(state.sums[g] + column + 16, odd[g]);
  }
}

template <int kGroup>
void begin_attend(AttendState& state, const float* queries, int64_t dim, float factor) {
  const float scale = factor * score_scale(dim);
  for (int g = 0; g < kGroup; ++g) {
    state.largest[g] = -__builtin_inff();
    state.total[g] = 0;
    for (int64_t i = 0; i < dim; ++i) {
      state.queries[g][i] = scale * queries[g * dim + i];
      state.sums[g][i] = 0;
    }
  }
}

/// The columns back into their order.
template <int kGroup>
void end_attend(const AttendState& state, int64_t dim, float* sums, float* largest, float* weights) {
  for (int64_t g = 0; g < kGroup; ++g) {
    largest[g] = state.largest[g];
    weights[g] = state.total[g];
    for (int64_t column = 0; column < dim; column += 32)
      for (int64_t i = 0; i < 16; ++i) {
        sums[g * dim + column + 2 * i] = state.sums[g][column + i];
        sums[g * dim + column + 2 * i + 1] = state.sums[g][column + 16 + i];
      }
  }
}

/// 32 keys at once; behind the last one zeros take their place, and their scores are not looked at.
template <class Rows, int kGroup>
void score_block(AttendState& state, const char* keys, int64_t dim, int64_t count) {
  const int64_t stride = dim * 2;
  for (int64_t first = 0; first < count; first += 2 * kTile) {
    const int64_t here = count - first;
    if (here >= 2 * kTile) {
      score_tiles<Rows, kGroup>(state, keys + first * stride, dim, first);
      continue;
    }
    const auto bytes = static_cast<size_t>(here * stride);
    memcpy(state.rest, keys + first * stride, bytes);
    memset(state.rest + bytes, 0, static_cast<size_t>(2 * kTile * stride) - bytes);
    score_tiles<Rows, kGroup>(state, state.rest, dim, first);
  }
}

template <class Rows, int kGroup>
void attend_blocks(const Attend& part) {
  AttendState state;
  begin_attend<kGroup>(state, part.queries, part.dim, Rows::kFactor);
  const auto* const keys = reinterpret_cast<const char*>(part.keys);
  const auto* const values = reinterpret_cast<const char*>(part.values);
  const int64_t stride = part.dim * 2;
  for (int64_t first = 0; first < part.count; first += kBlock) {
    const int64_t left = part.count - first;
    const int64_t here = left < kBlock ? left : kBlock;
    score_block<Rows, kGroup>(state, keys + first * stride, part.dim, here);
    for (int64_t g = 0; g < kGroup; ++g) soften(state, g, part.dim, here, Rows::kFactor);
    for (int64_t column = 0; column < part.dim; column += 32)
      weigh_columns<Rows, kGroup>(state, values + first * stride, stride, column, here);
  }
  end_attend<kGroup>(state, part.dim, part.sums, part.largest, part.weights);
}

template <class Rows>
void attend_rows(const Attend& part) {
  chosen_by_group(part.group, attend_blocks<Rows, 1>, attend_blocks<Rows, 2>, attend_blocks<Rows, 3>,
                  attend_blocks<Rows, 4>, attend_blocks<Rows, 5>, attend_blocks<Rows, 6>,
                  attend_blocks<Rows, 7>, attend_blocks<Rows, 8>)(part);
}

struct Bf16Rows {
  static constexpr float kFactor = 1.0F;
  static __m512 even(__m512i dwords) { return _mm512_castsi512_ps(_mm512_slli_epi32(dwords, 16)); }
  static __m512 odd(__m512i dwords) {
    return _mm512_castsi512_ps(_mm512_and_si512(dwords, _mm512_set1_epi32(static_cast<int>(0xFFFF0000U))));
  }
};

}  // namespace
}  // namespace hpct::qwen
