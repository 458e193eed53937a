// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/exponentials512.h"
#include "workloads/kernels/transpose512.h"

/// What attention on AMX keeps from block to block, and the softmax between its two multiplications.
namespace hpct::qwen {
namespace {

constexpr int64_t kBlock = 32;    ///< positions
constexpr int64_t kColumns = 32;  ///< bf16 of a row of a tile
constexpr int64_t kHeads = 8;     ///< half the heads of a tile: the others multiply with rests
constexpr int64_t kMaxParts = 4;  ///< of kColumns, in a row of a cache

struct alignas(64) TileState {
  uint16_t queries[kMaxParts][16][32];  ///< [part][pair of elements][head and element], scaled
  float by_keys[kBlock / 16][16][16];   ///< scores: [tile][key][head], the rests' behind the others'
  float scores[kHeads][kBlock];
  uint16_t weights[2 * kHeads][kBlock];  ///< of the block: rounded, and rests
  uint16_t pairs[kMaxParts][2][kBlock / 2][32];
  float sums[kMaxParts][2][2 * kHeads][16];  ///< by columns as pairs have them
  float totals[kHeads][16];                  ///< of weights, lane by lane
  float largest[16];                         ///< of scores
  char last_keys[kBlock * kMaxParts * 64];
  char last_values[kBlock * kMaxParts * 64];
};

/// Of two keys, per head: the score and its rest's, added.
inline __m512i add_rests(const float* one, const float* other) {
  const __m512 a = _mm512_load_ps(one);
  const __m512 b = _mm512_load_ps(other);
  const __m512 sum = _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xEE));
  return _mm512_castps_si512(sum);
}

/// Of 8 keys: quads[c] holds head c of the first four, head 4 + c of them, and the same of the other four.
inline void quads_by_heads(const float (*keys)[16], __m512i* quads) {
  transpose4(add_rests(keys[0], keys[4]), add_rests(keys[1], keys[5]), add_rests(keys[2], keys[6]),
             add_rests(keys[3], keys[7]), quads);
}

/// Scores of 16 keys.
template <int kGroup>
inline void scores_by_heads(TileState& state, int64_t tile) {
  __m512i early[4];
  __m512i late[4];
  quads_by_heads(state.by_keys[tile], early);
  quads_by_heads(state.by_keys[tile] + 8, late);
#pragma GCC unroll 8
  for (int g = 0; g < kGroup; ++g)
    _mm512_store_si512(state.scores[g] + 16 * tile,
                       g < 4 ? _mm512_shuffle_i32x4(early[g % 4], late[g % 4], 0x88)
                             : _mm512_shuffle_i32x4(early[g % 4], late[g % 4], 0xDD));
}

/// Positions behind the last one weigh nothing: exponentials16() of minus infinity ends in VSCALEF by 2 to
/// minus infinity, which is 0 whatever the polynomial made of it.
inline void drop_scores(TileState& state, int64_t count) {
  for (auto& head : state.scores)
    for (int64_t p = count; p < kBlock; ++p) head[p] = -__builtin_inff();
}

/// Lane i: the largest lane of v[i].
inline __m512 largest_of_four(const __m512* v) {
  const __m512 p = _mm512_max_ps(_mm512_unpacklo_ps(v[0], v[1]), _mm512_unpackhi_ps(v[0], v[1]));
  const __m512 q = _mm512_max_ps(_mm512_unpacklo_ps(v[2], v[3]), _mm512_unpackhi_ps(v[2], v[3]));
  const __m512d low = _mm512_unpacklo_pd(_mm512_castps_pd(p), _mm512_castps_pd(q));
  const __m512d high = _mm512_unpackhi_pd(_mm512_castps_pd(p), _mm512_castps_pd(q));
  return _mm512_max_ps(_mm512_castpd_ps(low), _mm512_castpd_ps(high));
}

/// Lane g: the largest score of head g.
template <int kGroup>
inline __m512 largest_scores(const TileState& state) {
  __m512 top[kHeads];
#pragma GCC unroll 8
  for (int g = 0; g < kHeads; ++g) {
    const float* const own = state.scores[g < kGroup ? g : 0];
    top[g] = _mm512_max_ps(_mm512_load_ps(own), _mm512_load_ps(own + 16));
  }
  const __m512 first = largest_of_four(top);
  const __m512 rest = largest_of_four(top + 4);
  const __m512 both =
      _mm512_max_ps(_mm512_shuffle_f32x4(first, rest, 0x88), _mm512_shuffle_f32x4(first, rest, 0xDD));
  return _mm512_max_ps(_mm512_shuffle_f32x4(both, both, 0x08), _mm512_shuffle_f32x4(both, both, 0x0D));
}

/// What has been summed counts less by as much as the largest score has grown.
inline void shrink_sums(TileState& state, int64_t g, int64_t parts, float factor) {
  for (float& total : state.totals[g]) total *= factor;
  for (int64_t part = 0; part < parts; ++part)
    for (auto& half : state.sums[part])
      for (int i = 0; i < 16; ++i) {
        half[g][i] *= factor;
        half[kHeads + g][i] *= factor;
      }
}

/// Larger scores than all before are rare: one comparison for all heads says so. A NaN is passed over.
template <int kGroup>
inline void raise_largest(TileState& state, int64_t parts) {
  const __m512 largest = largest_scores<kGroup>(state);
  const __mmask16 more = _mm512_mask_cmp_ps_mask(static_cast<__mmask16>((1U << kGroup) - 1U), largest,
                                                 _mm512_load_ps(state.largest), _CMP_GT_OQ);
  if (__builtin_expect(more == 0, 1)) return;
  alignas(64) float found[16];
  _mm512_store_ps(found, largest);
  for (int g = 0; g < kGroup; ++g) {
    if (!(found[g] > state.largest[g])) continue;
    shrink_sums(state, g, parts, exponential(state.largest[g] - found[g]));
    state.largest[g] = found[g];
  }
}

/// 32 numbers, rounded towards zero, and their rests.
inline void split(__m512 one, __m512 other, uint16_t* rounded, uint16_t* rests) {
  const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xFFFF0000U));
  const __m512 a = _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(one), upper));
  const __m512 b = _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(other), upper));
  const __m512bh near = _mm512_cvtne2ps_pbh(b, a);
  const __m512bh far = _mm512_cvtne2ps_pbh(_mm512_sub_ps(other, b), _mm512_sub_ps(one, a));
  memcpy(rounded, &near, sizeof near);
  memcpy(rests, &far, sizeof far);
}

/// Scores of one head become weights.
inline void soften(TileState& state, int64_t g) {
  const __m512 base = _mm512_set1_ps(state.largest[g]);
  const __m512 one = exponentials16(_mm512_sub_ps(_mm512_load_ps(state.scores[g]), base));
  const __m512 other = exponentials16(_mm512_sub_ps(_mm512_load_ps(state.scores[g] + 16), base));
  const __m512 total = _mm512_add_ps(_mm512_load_ps(state.totals[g]), _mm512_add_ps(one, other));
  _mm512_store_ps(state.totals[g], total);
  split(one, other, state.weights[g], state.weights[kHeads + g]);
}

/// 32 elements of a query into the column of its head.
inline void place_query(TileState& state, int64_t g, int64_t part, const float* query, float scale) {
  const __m512 factor = _mm512_set1_ps(scale);
  alignas(64) uint16_t rounded[kColumns];
  alignas(64) uint16_t rests[kColumns];
  split(_mm512_mul_ps(_mm512_loadu_ps(query), factor), _mm512_mul_ps(_mm512_loadu_ps(query + 16), factor),
        rounded, rests);
  for (int64_t pair = 0; pair < 16; ++pair) {
    memcpy(state.queries[part][pair] + 2 * g, rounded + 2 * pair, 4);
    memcpy(state.queries[part][pair] + 2 * (kHeads + g), rests + 2 * pair, 4);
  }
}

template <int kGroup>
inline void begin_attend(TileState& state, const Attend& part) {
  const int64_t parts = part.dim / kColumns;
  memset(state.queries, 0, static_cast<size_t>(parts) * sizeof state.queries[0]);
  memset(state.weights, 0, sizeof state.weights);
  memset(state.sums, 0, static_cast<size_t>(parts) * sizeof state.sums[0]);
  memset(state.totals, 0, sizeof state.totals);
  for (float& largest : state.largest) largest = -__builtin_inff();
  const float scale = score_scale(part.dim);
  for (int g = 0; g < kGroup; ++g)
    for (int64_t i = 0; i < parts; ++i)
      place_query(state, g, i, part.queries + g * part.dim + i * kColumns, scale);
}

/// The columns back into their order.
template <int kGroup>
inline void end_attend(const TileState& state, const Attend& part) {
  for (int64_t g = 0; g < kGroup; ++g) {
    part.largest[g] = state.largest[g];
    part.weights[g] = _mm512_reduce_add_ps(_mm512_load_ps(state.totals[g]));
    for (int64_t i = 0; i < part.dim; ++i) {
      const auto& half = state.sums[i / kColumns][i % 8 / 4];
      const int64_t lane = i % kColumns / 8 * 4 + i % 4;
      part.sums[g * part.dim + i] = half[g][lane] + half[kHeads + g][lane];
    }
  }
}

}  // namespace
}  // namespace hpct::qwen
