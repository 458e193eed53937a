// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/exponentials512.h"
#include "workloads/kernels/transpose512.h"

/// Attention of one group of query heads in 512-bit vectors, block by block: the scores of a block, its
/// exponentials against the largest score so far, its values. Each key and value is read from memory once,
/// and the next ones are on their way meanwhile. `Rows` says how elements are stored, two to a dword:
///   even(dwords), odd(dwords)   their lower and upper elements as floats, divided by
///   kFactor                     which queries and weights are multiplied with in turn
namespace hpct::qwen {
namespace {

/// Positions. Called again and again, blocks of 256 read 4096 positions 7 % faster; in a token, where the
/// weights of a layer come between, they are 5 % slower: the scores of a block have left the cache by then.
constexpr int64_t kBlock = 64;
constexpr int64_t kTile = 16;  ///< positions, one to a lane
constexpr int kMaxGroup = 8;
constexpr int64_t kMaxDim = 128;
constexpr int64_t kAheadKv = 16384;  ///< bytes to prefetch; a quarter less costs 5 %, twice as much too

inline __m512i load64(const void* from) { return _mm512_loadu_si512(from); }

/// Into the second cache: there the lines wait for their turn, and the hardware's prefetcher, which watches
/// the order of what arrives there, runs ahead of them. Lines must be asked for in the order they lie in:
/// by columns of rows instead was a sixth slower.
/// Always in line: a call of a function that does nothing but this counts as doing nothing, and goes.
inline __attribute__((always_inline)) void prefetch_kv(const void* at) {
  _mm_prefetch(static_cast<const char*>(at) + kAheadKv, _MM_HINT_T1);
}

// Keys are multiplied dword by dword, 16 keys to a vector, so tiles of 16 rows of 16 dwords must be
// transposed. Two steps of four equal parts each, which are done between multiplications: shuffles take one
// of the two ports for 512-bit registers, and by themselves leave the other one idle. All before the
// multiplications: 0.68 in place of 0.72 of the rate of a loop that only loads.

/// Of the rows 4 i .. 4 i + 3, which lie `stride` bytes apart: vector 4 i + c of `quads` holds in each
/// quarter the dword c of that quarter in all four rows.
inline void gather_rows(const char* rows, int64_t stride, int64_t i, __m512i* quads) {
  const char* const first = rows + 4 * i * stride;
  transpose4(load64(first), load64(first + stride), load64(first + 2 * stride), load64(first + 3 * stride),
             quads + 4 * i);
}

/// Of the quads of 16 rows: vector c, 4 + c, 8 + c and 12 + c of `columns` hold that dword of all rows.
inline void place_columns(const __m512i* quads, int64_t c, __m512i* columns) {
  const __m512i q0 = _mm512_load_si512(quads + c);
  const __m512i q1 = _mm512_load_si512(quads + 4 + c);
  const __m512i q2 = _mm512_load_si512(quads + 8 + c);
  const __m512i q3 = _mm512_load_si512(quads + 12 + c);
  const __m512i a = _mm512_shuffle_i32x4(q0, q1, 0x88);
  const __m512i b = _mm512_shuffle_i32x4(q0, q1, 0xDD);
  const __m512i p = _mm512_shuffle_i32x4(q2, q3, 0x88);
  const __m512i q = _mm512_shuffle_i32x4(q2, q3, 0xDD);
  _mm512_store_si512(columns + c, _mm512_shuffle_i32x4(a, p, 0x88));
  _mm512_store_si512(columns + 4 + c, _mm512_shuffle_i32x4(b, q, 0x88));
  _mm512_store_si512(columns + 8 + c, _mm512_shuffle_i32x4(a, p, 0xDD));
  _mm512_store_si512(columns + 12 + c, _mm512_shuffle_i32x4(b, q, 0xDD));
}

/// 32 keys, 32 elements of each: dword c of the first 16 keys, and of the others.
struct KeyTiles {
  __m512i columns[2][16];
};

/// What one call carries from block to block.
struct AttendState {
  alignas(64) float queries[kMaxGroup][kMaxDim];  ///< scaled
  alignas(64) float weights[kMaxGroup][kBlock];   ///< of the block: scores, then their exponentials
  alignas(64) float sums[kMaxGroup][kMaxDim];     ///< per 32 columns: the even ones, the odd ones
  alignas(64) KeyTiles tiles[2];                  ///< to be multiplied, and to be multiplied next
  alignas(64) __m512i quads[16];
  alignas(64) char rest[2 * kTile * kMaxDim * 2];  ///< the last keys, followed by zeros
  int64_t current = 0;                             ///< of `tiles`
  float largest[kMaxGroup];
  float total[kMaxGroup];
};

/// The same for the first tiles, which nothing precedes.
inline void transpose_all(const char* rows, int64_t stride, __m512i* quads, KeyTiles& to) {
  for (int t = 0; t < 2; ++t) {
    for (int i = 0; i < 4; ++i) gather_rows(rows + t * kTile * stride, stride, i, quads);
    for (int i = 0; i < 4; ++i) place_columns(quads, i, to.columns[t]);
  }
}

/// Scores of 32 keys for all heads.
template <class Rows, int kGroup>
struct Scores {
  __m512 of[kGroup][2];

  /// Adds the products of dword c of the keys with its two elements of the queries.
  inline __attribute__((always_inline)) void multiply(const KeyTiles& tiles, const float* query, int64_t c) {
    const __m512 even0 = Rows::even(tiles.columns[0][c]);
    const __m512 odd0 = Rows::odd(tiles.columns[0][c]);
    const __m512 even1 = Rows::even(tiles.columns[1][c]);
    const __m512 odd1 = Rows::odd(tiles.columns[1][c]);
#pragma GCC unroll 8
    for (int g = 0; g < kGroup; ++g) {
      const __m512 even = _mm512_set1_ps(query[g * kMaxDim + 2 * c]);
      const __m512 odd = _mm512_set1_ps(query[g * kMaxDim + 2 * c + 1]);
      of[g][0] = _mm512_fmadd_ps(even, even0, of[g][0]);
      of[g][1] = _mm512_fmadd_ps(even, even1, of[g][1]);
      of[g][0] = _mm512_fmadd_ps(odd, odd0, of[g][0]);
      of[g][1] = _mm512_fmadd_ps(odd, odd1, of[g][1]);
    }
  }
};

/// Products of the current tiles with the queries while the next ones, rows at `next`, are transposed.
/// `ahead`: what the cache should hold afterwards.
template <class Rows, int kGroup>
inline __attribute__((always_inline)) void multiply_tiles(AttendState& state, Scores<Rows, kGroup>& scores,
                                                          const float* query, const char* next,
                                                          int64_t stride, const char* ahead) {
  const KeyTiles& now = state.tiles[state.current];
  state.current ^= 1;
  KeyTiles& then = state.tiles[state.current];
#pragma GCC unroll 2
  for (int64_t t = 0; t < 2; ++t) {
    for (int64_t i = 0; i < 4; ++i, ahead += 128) {
      prefetch_kv(ahead);
      prefetch_kv(ahead + 64);
      scores.multiply(now, query, 8 * t + i);
      gather_rows(next + t * kTile * stride, stride, i, state.quads);
    }
    for (int64_t i = 0; i < 4; ++i, ahead += 128) {
      prefetch_kv(ahead);
      prefetch_kv(ahead + 64);
      scores.multiply(now, query, 8 * t + 4 + i);
      place_columns(state.quads, i, then.columns[t]);
    }
  }
}

/// Products of 32 keys with all queries, into column `first` of the weights. Their first tiles are the
/// current ones; `following`: the 32 keys after them.
template <class Rows, int kGroup>
void score_tiles(AttendState& state, const char* keys, const char* following, int64_t dim, int64_t first) {
  Scores<Rows, kGroup> scores;
#pragma GCC unroll 8
  for (int g = 0; g < kGroup; ++g) scores.of[g][0] = scores.of[g][1] = _mm512_setzero_ps();
  for (int64_t part = 0; part < dim; part += 32) {
    const char* const next = part + 32 < dim ? keys + 2 * (part + 32) : following;
    multiply_tiles(state, scores, state.queries[0] + part, next, 2 * dim, keys + part * 2 * kTile * 2);
  }
#pragma GCC unroll 8
  for (int g = 0; g < kGroup; ++g) {
    _mm512_store_ps(state.weights[g] + first, scores.of[g][0]);
    _mm512_store_ps(state.weights[g] + first + kTile, scores.of[g][1]);
  }
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

/// 32 keys from `first` on; behind the last one zeros take their place, and their scores are not looked at.
inline const char* keys_from(AttendState& state, const Attend& part, int64_t first) {
  const int64_t stride = part.dim * 2;
  const auto* const keys = reinterpret_cast<const char*>(part.keys) + first * stride;
  const int64_t here = part.count - first;
  if (here >= 2 * kTile) return keys;
  const auto bytes = static_cast<size_t>(here * stride);
  memcpy(state.rest, keys, bytes);
  memset(state.rest + bytes, 0, static_cast<size_t>(2 * kTile * stride) - bytes);
  return state.rest;
}

template <class Rows, int kGroup>
void attend_blocks(const Attend& part) {
  AttendState state;
  begin_attend<kGroup>(state, part.queries, part.dim, Rows::kFactor);
  const auto* const values = reinterpret_cast<const char*>(part.values);
  const int64_t stride = part.dim * 2;
  if (part.count == 0) return end_attend<kGroup>(state, part.dim, part.sums, part.largest, part.weights);
  const char* keys = keys_from(state, part, 0);
  transpose_all(keys, stride, state.quads, state.tiles[0]);
  for (int64_t first = 0; first < part.count; first += kBlock) {
    const int64_t left = part.count - first;
    const int64_t here = left < kBlock ? left : kBlock;
    for (int64_t tile = 0; tile < here; tile += 2 * kTile) {
      const int64_t position = first + tile + 2 * kTile;
      const char* const following = position < part.count ? keys_from(state, part, position) : keys;
      score_tiles<Rows, kGroup>(state, keys, following, part.dim, tile);
      keys = following;
    }
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
