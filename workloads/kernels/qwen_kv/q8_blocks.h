// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/attend512.h"
#include "workloads/qwen/half.h"
#include "workloads/qwen/kv_kernels.h"
#include "workloads/qwen/weight_kernels.h"

/// Attention over a cache of bytes, with dot products of bytes for the keys. A query is a whole number of 15
/// bits times a scale, split into two bytes: that is off by 2^-16 of its largest element, far less than the
/// bytes of the cache themselves. Values are widened to floats.
namespace hpct::qwen {
namespace {

constexpr int64_t kMaxParts = kMaxDim / kGroup;
constexpr int64_t kColumns = kGroup / 4;  ///< dwords of 4 bytes in a group

/// The queries of one head as bytes; `start` takes off what the keys' offset of 128 adds.
struct ByteQuery {
  int32_t high[kMaxParts][kColumns];
  int32_t low[kMaxParts][kColumns];
  int32_t start_high[kMaxParts];
  int32_t start_low[kMaxParts];
  float scale;
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
inline void split_query(const float* query, int64_t dim, ByteQuery& to) {
  constexpr float kSteps = 127.0F * 256.0F;
  const float largest = largest_magnitude(query, dim);
  const float inverse = largest > 1e-30F ? kSteps / largest : 0.0F;
  to.scale = largest / kSteps * score_scale(dim);
  for (int64_t part = 0; part * kGroup < dim; ++part) {
    int32_t high_sum = 0;
    int32_t low_sum = 0;
    int8_t high[kGroup];
    int8_t low[kGroup];
    for (int64_t i = 0; i < kGroup; ++i) {
      const float x = query[part * kGroup + i] * inverse;
      const auto steps = static_cast<int32_t>(x + (x < 0 ? -0.5F : 0.5F));
      const int32_t upper = (steps + 128) >> 8;
      high[i] = static_cast<int8_t>(upper);
      low[i] = static_cast<int8_t>(steps - upper * 256);
      high_sum += high[i];
      low_sum += low[i];
    }
    memcpy(to.high[part], high, sizeof high);
    memcpy(to.low[part], low, sizeof low);
    to.start_high[part] = -128 * high_sum;
    to.start_low[part] = -128 * low_sum;
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

/// Column c: dword c of the groups of 16 rows, each byte plus 128.
inline void transpose_bytes(const char* groups, int64_t stride, __m512i* columns) {
  __m512i first[4];
  __m512i second[4];
  transpose_half(groups, stride, first);
  transpose_half(groups + 8 * stride, stride, second);
  const __m512i offset = _mm512_set1_epi8(static_cast<char>(-128));
  for (int c = 0; c < 4; ++c) {
    columns[c] = _mm512_xor_si512(_mm512_shuffle_i32x4(first[c], second[c], 0x88), offset);
    columns[4 + c] = _mm512_xor_si512(_mm512_shuffle_i32x4(first[c], second[c], 0xDD), offset);
  }
}

/// The scales of one group of 16 rows.
inline __m512 scales16(const char* groups, int64_t stride) {
  alignas(32) uint16_t bits[16];
  for (int i = 0; i < 16; ++i) memcpy(bits + i, groups + i * stride, sizeof *bits);
  return _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(bits)));
}

/// Scores of 16 keys, into column `first` of the weights.
template <int kGroupOfHeads>
void score_bytes(ByteState& state, const char* keys, int64_t dim, int64_t first) {
  __m512 scores[kGroupOfHeads];
  for (int g = 0; g < kGroupOfHeads; ++g) scores[g] = _mm512_setzero_ps();
  const int64_t parts = dim / kGroup;
  const int64_t stride = parts * kBytesQ8;
  for (int64_t part = 0; part < parts; ++part) {
    const char* const groups = keys + part * kBytesQ8;
    for (int64_t line = 0; line < kTile * kBytesQ8; line += 64)
      prefetch_kv(keys + part * kTile * kBytesQ8 + line);
    __m512i columns[kColumns];
    transpose_bytes(groups + 2, stride, columns);
    const __m512 scale = scales16(groups, stride);
#pragma GCC unroll 8
    for (int g = 0; g < kGroupOfHeads; ++g) {
      const ByteQuery& query = state.queries[g];
      __m512i high = _mm512_set1_epi32(query.start_high[part]);
      __m512i low = _mm512_set1_epi32(query.start_low[part]);
#pragma GCC unroll 8
      for (int c = 0; c < kColumns; ++c) {
        high = _mm512_dpbusd_epi32(high, columns[c], _mm512_set1_epi32(query.high[part][c]));
        low = _mm512_dpbusd_epi32(low, columns[c], _mm512_set1_epi32(query.low[part][c]));
      }
      const __m512i sum = _mm512_add_epi32(_mm512_slli_epi32(high, 8), low);
      scores[g] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), scale, scores[g]);
    }
  }
  for (int g = 0; g < kGroupOfHeads; ++g)
    _mm512_store_ps(state.blocks.weights[g] + first,
                    _mm512_mul_ps(scores[g], _mm512_set1_ps(state.queries[g].scale)));
}

/// 16 keys at once; behind the last one zeros take their place, and their scores are not looked at.
template <int kGroupOfHeads>
void score_byte_block(ByteState& state, const char* keys, int64_t dim, int64_t count) {
  const int64_t stride = dim / kGroup * kBytesQ8;
  for (int64_t first = 0; first < count; first += kTile) {
    const int64_t here = count - first;
    if (here >= kTile) {
      score_bytes<kGroupOfHeads>(state, keys + first * stride, dim, first);
      continue;
    }
    const auto bytes = static_cast<size_t>(here * stride);
    memcpy(state.rest, keys + first * stride, bytes);
    memset(state.rest + bytes, 0, static_cast<size_t>(kTile * stride) - bytes);
    score_bytes<kGroupOfHeads>(state, state.rest, dim, first);
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

template <int kGroupOfHeads>
void attend_byte_blocks(const AttendRows& part) {
  ByteState state;
  begin_attend<kGroupOfHeads>(state.blocks, part.queries, part.dim, 1.0F);
  for (int g = 0; g < kGroupOfHeads; ++g)
    split_query(part.queries + g * part.dim, part.dim, state.queries[g]);
  for (int64_t p = 0; p < kBlock; ++p) state.scales[p] = 0;
  const auto* const keys = static_cast<const char*>(part.keys);
  const auto* const values = static_cast<const char*>(part.values);
  const int64_t stride = part.dim / kGroup * kBytesQ8;
  for (int64_t first = 0; first < part.count; first += kBlock) {
    const int64_t left = part.count - first;
    const int64_t here = left < kBlock ? left : kBlock;
    score_byte_block<kGroupOfHeads>(state, keys + first * stride, part.dim, here);
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

inline void attend_q8_blocks(const AttendRows& part) {
  using Function = void (*)(const AttendRows&);
  constexpr Function kAll[] = {attend_byte_blocks<1>, attend_byte_blocks<2>, attend_byte_blocks<3>,
                               attend_byte_blocks<4>, attend_byte_blocks<5>, attend_byte_blocks<6>,
                               attend_byte_blocks<7>, attend_byte_blocks<8>};
  kAll[part.group - 1](part);
}

}  // namespace
}  // namespace hpct::qwen
