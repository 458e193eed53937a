// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/attend512.h"
#include "workloads/qwen/half.h"
#include "workloads/qwen/kv_kernels.h"
#include "workloads/qwen/weight_kernels.h"

/// Attention over a cache of bytes, with products of whole numbers for the keys. A query is a whole number of
/// 15 bits times a scale: that is off by 2^-16 of its largest element, far less than the bytes of the cache
/// themselves. Values are widened to floats. `Dots` says how the sums are made:
///   split(steps, query, part)   stores 32 whole numbers of a query as two dwords for each dword of keys
///   Column, column(dword)       a dword of 16 keys, made ready for all queries
///   add(sums, column, first, second), total(sums)   16 sums, out of two
namespace hpct::qwen {
namespace {

constexpr int64_t kMaxParts = kMaxDim / kGroup;
constexpr int64_t kColumns = kGroup / 4;  ///< dwords of 4 bytes in a group

/// The queries of one head: two numbers for each dword of keys, and what the sums of a group start from.
struct ByteQuery {
  int32_t first[kMaxParts][kColumns];
  int32_t second[kMaxParts][kColumns];
  int32_t start_first[kMaxParts];
  int32_t start_second[kMaxParts];
  float scale;
};

struct TwoSums {
  __m512i first;
  __m512i second;
};

struct ByteState {
  AttendState blocks;  ///< its sums are in the order of the columns
  ByteQuery queries[kMaxGroup];
  alignas(64) float weights[kMaxGroup][kBlock];  ///< those of the block times the scales of the values
  alignas(64) float scales[kBlock];              ///< of one group of the values
  alignas(64) char rest[kTile * kMaxParts * kBytesQ8];
};

inline float largest_magnitude(const float* x, int64_t count) {
  float largest = 0;
  for (int64_t i = 0; i < count; ++i) {
    const float magnitude = x[i] < 0 ? -x[i] : x[i];
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}

/// 127 * 256 steps for the largest: the upper byte then stays within 127.
template <class Dots>
inline void split_query(const float* query, int64_t dim, ByteQuery& to) {
  constexpr float kSteps = 127.0F * 256.0F;
  const float largest = largest_magnitude(query, dim);
  const float inverse = largest > 1e-30F ? kSteps / largest : 0.0F;
  to.scale = largest / kSteps * score_scale(dim);
  for (int64_t part = 0; part * kGroup < dim; ++part) {
    int32_t steps[kGroup];
    for (int64_t i = 0; i < kGroup; ++i) {
      const float x = query[part * kGroup + i] * inverse;
      steps[i] = static_cast<int32_t>(x + (x < 0 ? -0.5F : 0.5F));
    }
    Dots::split(steps, to, part);
  }
}

inline __m512i two_rows(const char* row, const char* other) {
  const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row));
  const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(other));
  return _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1);
}

/// Vector c of `quads` holds dwords c and 4 + c of 8 rows in turns, four rows to a lane of 128 bits.
inline void transpose_half(const char* rows, int64_t stride, __m512i* quads) {
  __m512i row[4];
  for (int i = 0; i < 4; ++i) row[i] = two_rows(rows + i * stride, rows + (i + 4) * stride);
  const __m512i a = _mm512_unpacklo_epi32(row[0], row[1]);
  const __m512i b = _mm512_unpackhi_epi32(row[0], row[1]);
  const __m512i c = _mm512_unpacklo_epi32(row[2], row[3]);
  const __m512i d = _mm512_unpackhi_epi32(row[2], row[3]);
  quads[0] = _mm512_unpacklo_epi64(a, c);
  quads[1] = _mm512_unpackhi_epi64(a, c);
  quads[2] = _mm512_unpacklo_epi64(b, d);
  quads[3] = _mm512_unpackhi_epi64(b, d);
}

/// Column c: dword c of the groups of 16 rows.
template <class Dots>
inline void transpose_bytes(const char* groups, int64_t stride, typename Dots::Column* columns) {
  __m512i first[4];
  __m512i second[4];
  transpose_half(groups, stride, first);
  transpose_half(groups + 8 * stride, stride, second);
  for (int c = 0; c < 4; ++c) {
    columns[c] = Dots::column(_mm512_shuffle_i32x4(first[c], second[c], 0x88));
    columns[4 + c] = Dots::column(_mm512_shuffle_i32x4(first[c], second[c], 0xDD));
  }
}

/// The scales of one group of 16 rows.
inline __m512 scales16(const char* groups, int64_t stride) {
  alignas(32) uint16_t bits[16];
  for (int i = 0; i < 16; ++i) memcpy(bits + i, groups + i * stride, sizeof *bits);
  return _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(bits)));
}

/// Scores of 16 keys, into column `first` of the weights.
template <class Dots, int kGroupOfHeads>
void score_bytes(ByteState& state, const char* keys, int64_t dim, int64_t first) {
  __m512 scores[kGroupOfHeads];
  for (int g = 0; g < kGroupOfHeads; ++g) scores[g] = _mm512_setzero_ps();
  const int64_t parts = dim / kGroup;
  const int64_t stride = parts * kBytesQ8;
  for (int64_t part = 0; part < parts; ++part) {
    const char* const groups = keys + part * kBytesQ8;
    for (int64_t line = 0; line < kTile * kBytesQ8; line += 64)
      prefetch_kv(keys + part * kTile * kBytesQ8 + line);
    typename Dots::Column columns[kColumns];
    transpose_bytes<Dots>(groups + 2, stride, columns);
    const __m512 scale = scales16(groups, stride);
#pragma GCC unroll 8
    for (int g = 0; g < kGroupOfHeads; ++g) {
      const ByteQuery& query = state.queries[g];
      TwoSums sums{_mm512_set1_epi32(query.start_first[part]), _mm512_set1_epi32(query.start_second[part])};
#pragma GCC unroll 8
      for (int c = 0; c < kColumns; ++c)
        Dots::add(sums, columns[c], _mm512_set1_epi32(query.first[part][c]),
                  _mm512_set1_epi32(query.second[part][c]));
      scores[g] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(Dots::total(sums)), scale, scores[g]);
    }
  }
  for (int g = 0; g < kGroupOfHeads; ++g)
    _mm512_store_ps(state.blocks.weights[g] + first,
                    _mm512_mul_ps(scores[g], _mm512_set1_ps(state.queries[g].scale)));
}

/// 16 keys at once; behind the last one zeros take their place, and their scores are not looked at.
template <class Dots, int kGroupOfHeads>
void score_byte_block(ByteState& state, const char* keys, int64_t dim, int64_t count) {
  const int64_t stride = dim / kGroup * kBytesQ8;
  for (int64_t first = 0; first < count; first += kTile) {
    const int64_t here = count - first;
    if (here >= kTile) {
      score_bytes<Dots, kGroupOfHeads>(state, keys + first * stride, dim, first);
      continue;
    }
    const auto bytes = static_cast<size_t>(here * stride);
    memcpy(state.rest, keys + first * stride, bytes);
    memset(state.rest + bytes, 0, static_cast<size_t>(kTile * stride) - bytes);
    score_bytes<Dots, kGroupOfHeads>(state, state.rest, dim, first);
  }
}

/// Weights times the scales of one group of the values of `count` positions.
inline void scale_weights(ByteState& state, int64_t heads, const char* groups, int64_t stride,
                          int64_t count) {
  for (int64_t p = 0; p < count; ++p) {
    Half bits;
    memcpy(&bits, groups + p * stride, sizeof bits);
    state.scales[p] = _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(bits)));
  }
  for (int64_t g = 0; g < heads; ++g)
    for (int64_t p = 0; p < count; p += 16)
      _mm512_store_ps(state.weights[g] + p, _mm512_mul_ps(_mm512_load_ps(state.blocks.weights[g] + p),
                                                          _mm512_load_ps(state.scales + p)));
}

inline __m512 widen_bytes(const char* from) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes));
}

/// One group of columns of the weighted values of all heads.
template <int kGroupOfHeads>
void weigh_bytes(ByteState& state, const char* groups, int64_t stride, int64_t column, int64_t count) {
  __m512 low[kGroupOfHeads];
  __m512 high[kGroupOfHeads];
#pragma GCC unroll 8
  for (int g = 0; g < kGroupOfHeads; ++g) {
    low[g] = _mm512_load_ps(state.blocks.sums[g] + column);
    high[g] = _mm512_load_ps(state.blocks.sums[g] + column + 16);
  }
  const char* row = groups + 2;
  const char* next = groups + column / kGroup * (count - 1) * kBytesQ8;
  for (int64_t p = 0; p < count; ++p, row += stride, next += kBytesQ8) {
    prefetch_kv(next);
    const __m512 v0 = widen_bytes(row);
    const __m512 v1 = widen_bytes(row + 16);
#pragma GCC unroll 8
    for (int g = 0; g < kGroupOfHeads; ++g) {
      const __m512 weight = _mm512_set1_ps(state.weights[g][p]);
      low[g] = _mm512_fmadd_ps(weight, v0, low[g]);
      high[g] = _mm512_fmadd_ps(weight, v1, high[g]);
    }
  }
#pragma GCC unroll 8
  for (int g = 0; g < kGroupOfHeads; ++g) {
    _mm512_store_ps(state.blocks.sums[g] + column, low[g]);
    _mm512_store_ps(state.blocks.sums[g] + column + 16, high[g]);
  }
}

template <class Dots, int kGroupOfHeads>
void attend_byte_blocks(const AttendRows& part) {
  ByteState state;
  begin_attend<kGroupOfHeads>(state.blocks, part.queries, part.dim, 1.0F);
  for (int g = 0; g < kGroupOfHeads; ++g)
    split_query<Dots>(part.queries + g * part.dim, part.dim, state.queries[g]);
  for (int64_t p = 0; p < kBlock; ++p) state.scales[p] = 0;
  const auto* const keys = static_cast<const char*>(part.keys);
  const auto* const values = static_cast<const char*>(part.values);
  const int64_t stride = part.dim / kGroup * kBytesQ8;
  for (int64_t first = 0; first < part.count; first += kBlock) {
    const int64_t left = part.count - first;
    const int64_t here = left < kBlock ? left : kBlock;
    score_byte_block<Dots, kGroupOfHeads>(state, keys + first * stride, part.dim, here);
    for (int64_t g = 0; g < kGroupOfHeads; ++g) soften(state.blocks, g, part.dim, here, 1.0F);
    for (int64_t column = 0; column < part.dim; column += kGroup) {
      const char* const groups = values + first * stride + column / kGroup * kBytesQ8;
      scale_weights(state, kGroupOfHeads, groups, stride, here);
      weigh_bytes<kGroupOfHeads>(state, groups, stride, column, here);
    }
  }
  for (int g = 0; g < kGroupOfHeads; ++g) {
    part.largest[g] = state.blocks.largest[g];
    part.weights[g] = state.blocks.total[g];
    memcpy(part.sums + g * part.dim, state.blocks.sums[g], static_cast<size_t>(part.dim) * sizeof(float));
  }
}

template <class Dots>
inline void attend_q8_blocks(const AttendRows& part) {
  using Function = void (*)(const AttendRows&);
  constexpr Function kAll[] = {attend_byte_blocks<Dots, 1>, attend_byte_blocks<Dots, 2>,
                               attend_byte_blocks<Dots, 3>, attend_byte_blocks<Dots, 4>,
                               attend_byte_blocks<Dots, 5>, attend_byte_blocks<Dots, 6>,
                               attend_byte_blocks<Dots, 7>, attend_byte_blocks<Dots, 8>};
  kAll[part.group - 1](part);
}

}  // namespace
}  // namespace hpct::qwen
