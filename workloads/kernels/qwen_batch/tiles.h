// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>
#include <string.h>

#include "workloads/qwen/batch_kernels.h"

/// The matrix product by tiles of kRows rows and up to kTileTokens tokens, whose sums stay in registers, over
/// any vector type V. Everything has internal linkage: each instruction set keeps its own copy.
///
/// The weights of a block of kBlockRows rows and kBlockColumns columns come from memory once and stay in the
/// L2 cache while all tokens pass by, a tile of them in L1 at a time. Each tile expands the 16-bit weights it
/// loads: a copy of the block as floats was no faster with any number of tokens, and a sixth slower with few.
///
/// Each sum is made in the same order whatever the tile, so a token's result does not depend on its company.
namespace hpct::qwen {
namespace {

constexpr int64_t kBlockRows = 64;
constexpr int64_t kBlockColumns = 1024;

/// Columns of each block but the last: nearly equal blocks, each a multiple of 32.
inline int64_t block_columns(int64_t columns) {
  const int64_t blocks = (columns + kBlockColumns - 1) / kBlockColumns;
  return ((columns + blocks - 1) / blocks + 31) / 32 * 32;
}

/// How weights are stored, and become vectors.
struct Bf16Rows {
  using Element = uint16_t;
  template <class V>
  static auto load(const Element* from) {
    return V::load(from);
  }
};
struct HalfRows {
  using Element = uint16_t;
  template <class V>
  static auto load(const Element* from) {
    return V::load_half(from);
  }
};
struct FloatRows {
  using Element = float;
  template <class V>
  static auto load(const Element* from) {
    return V::load(from);
  }
};

struct Panel {
  int64_t stride;   ///< of weights and tokens
  int64_t columns;  ///< of this block
  int64_t out_stride;
  bool add;
};

/// One tile over the columns of one block.
template <class V, class Rows, int kRows, int kTokens, class X>
inline void tile(const Panel& panel, const typename Rows::Element* weights, const X* x, float* out) {
  typename V::Sums sums[kTokens][kRows];
#pragma GCC unroll 8
  for (int t = 0; t < kTokens; ++t)
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) sums[t][r] = V::zero();
  for (int64_t i = 0; i < panel.columns; i += V::kLanes) {
    typename V::Vector row[kRows];
#pragma GCC unroll 4
    for (int r = 0; r < kRows; ++r) row[r] = Rows::template load<V>(weights + r * panel.stride + i);
#pragma GCC unroll 8
    for (int t = 0; t < kTokens; ++t) {
      const typename V::Vector column = V::load(x + t * panel.stride + i);
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) sums[t][r] = V::multiply_add(row[r], column, sums[t][r]);
    }
  }
  float totals[kTokens][kRows];
  V::template totals<kTokens * kRows>(&sums[0][0], &totals[0][0]);
  for (int t = 0; t < kTokens; ++t)
    for (int r = 0; r < kRows; ++r) {
      float& to = out[t * panel.out_stride + r];
      to = panel.add ? to + totals[t][r] : totals[t][r];
    }
}

/// All tokens of a block against `kRows` rows.
template <class V, class Rows, int kRows, class X>
void strip(const Panel& panel, const typename Rows::Element* weights, const X* x, int64_t tokens,
           float* out) {
  switch (tokens) {
    case 1:
      return tile<V, Rows, kRows, 1>(panel, weights, x, out);
    case 2:
      return tile<V, Rows, kRows, 2>(panel, weights, x, out);
    case 3:
      return tile<V, Rows, kRows, 3>(panel, weights, x, out);
    case 4:
      return tile<V, Rows, kRows, 4>(panel, weights, x, out);
    case 5:
      return tile<V, Rows, kRows, 5>(panel, weights, x, out);
    default:
      return tile<V, Rows, kRows, 6>(panel, weights, x, out);
  }
}

constexpr int64_t kTileTokens = 6;

/// Tokens of each tile but the last: six and two would be slower than four and four.
inline int64_t even_tile(int64_t tokens) {
  const int64_t tiles = (tokens + kTileTokens - 1) / kTileTokens;
  return tiles == 0 ? 1 : (tokens + tiles - 1) / tiles;
}

/// A block of rows by all tokens: the tokens of a tile stay in L1 while the rows pass by.
template <class V, class Rows, class X>
void block(const Panel& panel, const typename Rows::Element* weights, int64_t rows, const X* x,
           int64_t tokens, float* out) {
  const int64_t step = even_tile(tokens);
  for (int64_t t = 0; t < tokens; t += step) {
    const int64_t here = tokens - t < step ? tokens - t : step;
    int64_t row = 0;
    for (; row + V::kRows <= rows; row += V::kRows)
      strip<V, Rows, V::kRows>(panel, weights + row * panel.stride, x + t * panel.stride, here,
                               out + t * panel.out_stride + row);
    for (; row < rows; ++row)
      strip<V, Rows, 1>(panel, weights + row * panel.stride, x + t * panel.stride, here,
                        out + t * panel.out_stride + row);
  }
}

template <class V, class Rows = Bf16Rows, class X>
void multiply_tiles(const MatrixProduct& product, const X* x) {
  const auto* const weights = static_cast<const typename Rows::Element*>(product.weights);
  const int64_t step = block_columns(product.columns);
  for (int64_t row = 0; row < product.rows; row += kBlockRows) {
    const int64_t rows = product.rows - row < kBlockRows ? product.rows - row : kBlockRows;
    for (int64_t i = 0; i < product.columns; i += step) {
      const int64_t columns = product.columns - i < step ? product.columns - i : step;
      const Panel panel{product.columns, columns, product.out_stride, product.add || i > 0};
      block<V, Rows>(panel, weights + row * product.columns + i, rows, x + i, product.tokens,
                     product.out + row);
    }
  }
}

template <class V, class Rows = Bf16Rows>
void multiply_floats(const MatrixProduct& product) {
  multiply_tiles<V, Rows>(product, product.x);
}

inline void join_parts(float scale, float part_scale, const float* part, int64_t count, float* sums) {
  for (int64_t i = 0; i < count; ++i) sums[i] = sums[i] * scale + part[i] * part_scale;
}

}  // namespace
}  // namespace hpct::qwen
