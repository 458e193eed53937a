// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/elementwise128.h"
#include "workloads/kernels/qwen/rows128.h"
#include "workloads/qwen/kv_kernels.h"

/// Attention in 128-bit registers over a cache in any format. Sixteen keys, then sixteen values, are widened
/// to floats that stay in the first cache, once for all heads of the group; a score above all before scales
/// down what has been summed so far. Internal linkage throughout.
namespace hpct::qwen {
namespace {

constexpr int64_t kTileRows = 16;

struct Tile {
  float rows[kTileRows * kLargestDim];  ///< of keys or of values, `dim` floats each
  float weights[kLargestGroup][kTileRows];
};

/// A row whose elements stand alone; it is `dim` of them.
template <class From>
struct PlainRows {
  static int64_t bytes(int64_t dim) { return dim * static_cast<int64_t>(sizeof(typename From::Element)); }
  static void widen(const uint8_t* row, int64_t dim, float* to) {
    const auto* const from = reinterpret_cast<const typename From::Element*>(row);
    for (int64_t i = 0; i < dim; i += 16) {
      float32x4_t sixteen[4];
      From::widen(from + i, sixteen);
      for (int k = 0; k < 4; ++k) vst1q_f32(to + i + 4 * k, sixteen[k]);
    }
  }
};

template <class Rows>
inline void widen_rows(const void* from, int64_t dim, int64_t first, int64_t count, Tile& tile) {
  const int64_t bytes = Rows::bytes(dim);
  const auto* row = static_cast<const uint8_t*>(from) + first * bytes;
  for (int64_t p = 0; p < count; ++p, row += bytes) Rows::widen(row, dim, tile.rows + p * dim);
}

/// Scores of four keys against one query, not yet scaled.
inline float32x4_t four_scores(const float* query, const float* rows, int64_t dim) {
  float32x4_t sums[4];
  for (int p = 0; p < 4; ++p) sums[p] = vdupq_n_f32(0);
  for (int64_t i = 0; i < dim; i += 4) {
    const float32x4_t q = vld1q_f32(query + i);
    for (int p = 0; p < 4; ++p) sums[p] = vfmaq_f32(sums[p], q, vld1q_f32(rows + p * dim + i));
  }
  return vpaddq_f32(vpaddq_f32(sums[0], sums[1]), vpaddq_f32(sums[2], sums[3]));
}

/// Turns the scores of one head into weights, 0 behind the last of `count`.
inline void soften(const AttendRows& part, int64_t head, int64_t count, Tile& tile) {
  float* const own = tile.weights[head];
  const float largest = largest_of(own, count, part.largest[head]);
  if (largest > part.largest[head]) {
    const float before = exponential(part.largest[head] - largest);
    float* const sums = part.sums + head * part.dim;
    for (int64_t i = 0; i < part.dim; ++i) sums[i] *= before;
    part.weights[head] *= before;
    part.largest[head] = largest;
  }
  for (int64_t p = 0; p < kTileRows; p += 4)
    vst1q_f32(own + p, exponential_of_four(vsubq_f32(vld1q_f32(own + p), vdupq_n_f32(largest))));
  for (int64_t p = count; p < kTileRows; ++p) own[p] = 0;
  float32x4_t total = vdupq_n_f32(0);
  for (int64_t p = 0; p < kTileRows; p += 4) total = vaddq_f32(total, vld1q_f32(own + p));
  part.weights[head] += vaddvq_f32(total);
}

/// Adds the weighted values, 8 columns of all heads at once: 16 sums in registers.
template <int kGroup>
void weigh(const AttendRows& part, int64_t count, const Tile& tile) {
  for (int64_t column = 0; column < part.dim; column += 8) {
    float32x4_t low[kGroup];
    float32x4_t high[kGroup];
    for (int g = 0; g < kGroup; ++g) {
      low[g] = vld1q_f32(part.sums + g * part.dim + column);
      high[g] = vld1q_f32(part.sums + g * part.dim + column + 4);
    }
    for (int64_t p = 0; p < count; ++p) {
      const float32x4_t v0 = vld1q_f32(tile.rows + p * part.dim + column);
      const float32x4_t v1 = vld1q_f32(tile.rows + p * part.dim + column + 4);
      for (int g = 0; g < kGroup; ++g) {
        low[g] = vfmaq_n_f32(low[g], v0, tile.weights[g][p]);
        high[g] = vfmaq_n_f32(high[g], v1, tile.weights[g][p]);
      }
    }
    for (int g = 0; g < kGroup; ++g) {
      vst1q_f32(part.sums + g * part.dim + column, low[g]);
      vst1q_f32(part.sums + g * part.dim + column + 4, high[g]);
    }
  }
}

using Weigh = void (*)(const AttendRows&, int64_t, const Tile&);

inline Weigh weigh_of_group(int64_t group) {
  constexpr Weigh kAll[] = {weigh<1>, weigh<2>, weigh<3>, weigh<4>, weigh<5>, weigh<6>, weigh<7>, weigh<8>};
  return kAll[group - 1];
}

inline void begin(const AttendRows& part) {
  for (int64_t i = 0; i < part.group * part.dim; ++i) part.sums[i] = 0;
  for (int64_t g = 0; g < part.group; ++g) {
    part.largest[g] = -__builtin_inff();
    part.weights[g] = 0;
  }
}

/// Rows behind the last are computed from what the tile held before, and given the weight 0.
template <class Rows>
inline void attend_rows(const AttendRows& part) {
  begin(part);
  Tile tile{};
  const Weigh weigh_values = weigh_of_group(part.group);
  const float scale = score_scale(part.dim);
  for (int64_t first = 0; first < part.count; first += kTileRows) {
    const int64_t left = part.count - first;
    const int64_t here = left < kTileRows ? left : kTileRows;
    widen_rows<Rows>(part.keys, part.dim, first, here, tile);
    for (int64_t g = 0; g < part.group; ++g) {
      for (int64_t p = 0; p < kTileRows; p += 4)
        vst1q_f32(
            tile.weights[g] + p,
            vmulq_n_f32(four_scores(part.queries + g * part.dim, tile.rows + p * part.dim, part.dim), scale));
      soften(part, g, here, tile);
    }
    widen_rows<Rows>(part.values, part.dim, first, here, tile);
    weigh_values(part, here, tile);
  }
}

}  // namespace
}  // namespace hpct::qwen
