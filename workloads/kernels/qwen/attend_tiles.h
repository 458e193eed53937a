// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/exponentials512.h"
#include "workloads/kernels/qwen/softmax_tiles.h"
#include "workloads/kernels/tile_registers.h"

/// Attention of one group of query heads on AMX, 32 positions at a time. Keys are multiplied as they lie in
/// the cache, 16 of them by 32 elements to a tile; values go in pairs of rows, which are woven together
/// first. A tile has room for 16 heads and a group has at most 8: the other half multiplies with what
/// rounding a query or a weight to bf16 left over, so that no more is lost than in float arithmetic.
///
/// With the arithmetic out of the way (twice the rate of AVX-512's when all is in cache) memory decides, and
/// what it needs is to be asked evenly: the same prefetches in bursts read at 0.60, spread over all that is
/// computed at 0.80 of the rate of a loop that only loads. Blocks of 64 positions push what is prefetched
/// out of the first cache: 0.63.
namespace hpct::qwen {
namespace {

/// What comes next of keys and values, and how far ahead it is asked for. Into the first cache: the keys of
/// the block after the next one, whose scores are made a block early, and the values of the next one.
struct Ahead {
  const char* keys;
  const char* values;

  Ahead(const char* key_rows, const char* value_rows, int64_t stride)
      : keys(key_rows + 2 * kBlock * stride), values(value_rows + kBlock * stride) {}

  /// That many lines of each.
  inline __attribute__((always_inline)) void fetch(int64_t lines) {
    for (; lines > 0; --lines, keys += 64, values += 64) {
      _mm_prefetch(keys, _MM_HINT_T0);
      _mm_prefetch(values, _MM_HINT_T0);
    }
  }
};

template <int kSums, int kKeys>
inline __attribute__((always_inline)) void score_keys(const char* keys, int64_t stride) {
  tile_load<kKeys>(keys, stride);
  tile_multiply_bf16<kSums, kKeys, 7>();
}

/// Scores of 32 keys, by keys.
inline void score_block(TileState& state, const char* keys, int64_t parts) {
  const int64_t stride = parts * 64;
  tile_zero<0>();
  tile_zero<1>();
  for (int64_t part = 0; part < parts; ++part) {
    tile_load<7>(state.queries[part], 64);
    score_keys<0, 4>(keys + part * 64, stride);
    score_keys<1, 5>(keys + part * 64 + 16 * stride, stride);
  }
  tile_store<0>(state.by_keys[0], 64);
  tile_store<1>(state.by_keys[1], 64);
}

/// Pairs of rows become pairs of elements.
inline void pair_values(TileState& state, const char* values, int64_t parts, Ahead& ahead) {
  for (int64_t pair = 0; pair < kBlock / 2; ++pair, values += 2 * parts * 64) {
    if (pair % 2 == 0) ahead.fetch(parts);
    for (int64_t part = 0; part < parts; ++part) {
      const __m512i even = _mm512_loadu_si512(values + part * 64);
      const __m512i odd = _mm512_loadu_si512(values + (parts + part) * 64);
      _mm512_store_si512(state.pairs[part][0][pair], _mm512_unpacklo_epi16(even, odd));
      _mm512_store_si512(state.pairs[part][1][pair], _mm512_unpackhi_epi16(even, odd));
    }
  }
}

inline void weigh_block(TileState& state, int64_t parts) {
  tile_load<6>(state.weights, 64);
  for (int64_t part = 0; part < parts; ++part) {
    tile_load<0>(state.sums[part][0], 64);
    tile_load<1>(state.sums[part][1], 64);
    tile_load<4>(state.pairs[part][0], 64);
    tile_load<5>(state.pairs[part][1], 64);
    tile_multiply_bf16<0, 6, 4>();
    tile_multiply_bf16<1, 6, 5>();
    tile_store<0>(state.sums[part][0], 64);
    tile_store<1>(state.sums[part][1], 64);
  }
}

/// The block's rows; behind the last one of all, zeros.
inline const char* whole_block(char* to, const char* rows, int64_t stride, int64_t count) {
  if (count >= kBlock) return rows;
  const auto bytes = static_cast<size_t>(count < 0 ? 0 : count * stride);
  memcpy(to, rows, bytes);
  memset(to + bytes, 0, static_cast<size_t>(kBlock * stride) - bytes);
  return to;
}

template <int kGroup>
void attend_blocks(const Attend& part) {
  TileState state;
  const int64_t parts = part.dim / kColumns;
  const int64_t stride = parts * 64;
  const auto* keys = reinterpret_cast<const char*>(part.keys);
  const auto* values = reinterpret_cast<const char*>(part.values);
  begin_attend<kGroup>(state, part);
  begin_tiles();
  if (part.count > 0) score_block(state, whole_block(state.last_keys, keys, stride, part.count), parts);
  for (int64_t left = part.count; left > 0; left -= kBlock) {
    Ahead ahead(keys, values, stride);
    for (int64_t tile = 0; tile < kBlock / 16; ++tile) {
      ahead.fetch(4 * parts);
      scores_by_heads<kGroup>(state, tile);
    }
    keys += kBlock * stride;
    score_block(state, whole_block(state.last_keys, keys, stride, left - kBlock), parts);
    pair_values(state, whole_block(state.last_values, values, stride, left), parts, ahead);
    values += kBlock * stride;
    if (left < kBlock) drop_scores(state, left);
    raise_largest<kGroup>(state, parts);
#pragma GCC unroll 8
    for (int g = 0; g < kGroup; ++g) {
      ahead.fetch((16 * parts + kGroup - 1) / kGroup);
      soften(state, g);
    }
    weigh_block(state, parts);
  }
  end_tiles();
  end_attend<kGroup>(state, part);
}

inline void attend_tiles(const Attend& part) {
  chosen_by_group(part.group, attend_blocks<1>, attend_blocks<2>, attend_blocks<3>, attend_blocks<4>,
                  attend_blocks<5>, attend_blocks<6>, attend_blocks<7>, attend_blocks<8>)(part);
}

}  // namespace
}  // namespace hpct::qwen
