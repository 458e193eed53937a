// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen_batch/tiles.h"
#include "workloads/kernels/qwen_quant/groups.h"

/// The matrix product over bytes and nibbles, for any vector type V of V::kRows lanes of 32 bits. A lane
/// belongs to a row of weights: four bytes of it are multiplied and summed in place, nothing has to be added
/// up across lanes, and the scales of a group are applied once for all rows of a vector.
///
/// For that the weights of V::kRows rows and a block of columns are transposed on their way from memory, once
/// for all tokens, and stay in L1 while the tokens pass by. With one token that is most of the instructions,
/// and memory still takes longer.
///
/// Sums within a group are exact, and groups are added up in their order: the bits do not depend on the
/// tokens.
namespace hpct::qwen {
namespace {

constexpr int64_t kMostGroups = kBlockColumns / kGroup;
constexpr int kDwords = kGroup / 4;      ///< of a group
constexpr int64_t kTokensInCache = 256;  ///< whose bytes of a block stay in L2 while rows pass by

/// Some groups of V::kRows rows. Bytes are signed (q8) or from 0 to 15 (q4), as V::unpack leaves them.
template <class V>
struct ByteBlock {
  typename V::Bytes dwords[kMostGroups][kDwords];
  typename V::Floats scales[kMostGroups];
};

/// What lies where.
struct ByteSource {
  const uint8_t* first;       ///< group 0 of the block in the first row
  int32_t offsets[16];        ///< of each row from it; those past the last row repeat it
  const uint8_t* next;        ///< what will be read next, as long as this block, or null
  int64_t row_bytes, groups;  ///< of a whole row; of the block
};

/// Lines of the next block are asked for row by row as they lie in memory, while this one is transposed.
class NextLines {
 public:
  NextLines(const ByteSource& source, int rows, int64_t bytes)
      : row_(reinterpret_cast<const char*>(source.next)),
        row_bytes_(source.row_bytes),
        lines_((bytes * source.groups + 63) / 64),
        left_(source.next == nullptr ? 0 : lines_ * rows),
        each_((lines_ * rows + source.groups - 1) / source.groups) {}

  void fetch() {
    for (int64_t i = 0; i < each_ && left_ > 0; ++i, --left_) {
      __builtin_prefetch(row_ + line_ * 64);
      if (++line_ < lines_) continue;
      line_ = 0;
      row_ += row_bytes_;
    }
  }

 private:
  const char* row_;
  int64_t row_bytes_, lines_, left_, each_;
  int64_t line_ = 0;
};

/// Weights as V wants them. kBytes: of a group.
template <class V>
struct RowsOfBytes {
  static constexpr int64_t kBytes = kBytesQ8;
  static void unpack(const uint8_t* groups, const int32_t* offsets, typename V::Bytes* dwords) {
    V::unpack_q8(groups + 2, offsets, dwords);
  }
  template <int kTokens>
  static void dots(const typename V::Bytes* w, const int8_t* x, int64_t stride, const int32_t* minus_sums,
                   typename V::Bytes* sums) {
    V::template dots_q8<kTokens>(w, x, stride, minus_sums, sums);
  }
};

template <class V>
struct RowsOfNibbles {
  static constexpr int64_t kBytes = kBytesQ4;
  static void unpack(const uint8_t* groups, const int32_t* offsets, typename V::Bytes* dwords) {
    V::unpack_q4(groups + 2, offsets, dwords);
  }
  template <int kTokens>
  static void dots(const typename V::Bytes* w, const int8_t* x, int64_t stride, const int32_t* minus_sums,
                   typename V::Bytes* sums) {
    V::template dots_q4<kTokens>(w, x, stride, minus_sums, sums);
  }
};

template <class V, class Rows>
void unpack_block(const ByteSource& source, ByteBlock<V>& to) {
  NextLines ahead(source, V::kRows, Rows::kBytes);
  for (int64_t g = 0; g < source.groups; ++g) {
    const uint8_t* const groups = source.first + g * Rows::kBytes;
    ahead.fetch();
    Rows::unpack(groups, source.offsets, to.dwords[g]);
    to.scales[g] = V::scales(groups, source.offsets);
  }
}

/// Where the results of a block go, and how many rows of it there are.
struct ByteTarget {
  int64_t columns;  ///< of a whole row of x
  int64_t groups;   ///< of the block
  int64_t out_stride;
  int64_t rows;
  bool add;
};

template <class V, class Rows, int kTokens>
void byte_tile(const ByteBlock<V>& block, const ByteTarget& target, RoundedRows x, float* out) {
  typename V::Floats sums[kTokens];
  const int64_t all_groups = target.columns / kGroup;
#pragma GCC unroll 8
  for (int t = 0; t < kTokens; ++t) sums[t] = V::zero();
  for (int64_t g = 0; g < target.groups; ++g) {
    typename V::Bytes dots[kTokens];
    Rows::template dots<kTokens>(block.dwords[g], x.values + g * kGroup, target.columns, x.minus_sums + g,
                                 dots);
#pragma GCC unroll 8
    for (int t = 0; t < kTokens; ++t)
      sums[t] = V::add_scaled(sums[t], dots[t], block.scales[g], x.scales[t * all_groups + g]);
  }
#pragma GCC unroll 8
  for (int t = 0; t < kTokens; ++t) V::store(sums[t], out + t * target.out_stride, target.rows, target.add);
}

template <class V, class Rows>
void byte_strip(const ByteBlock<V>& block, const ByteTarget& target, RoundedRows x, int64_t tokens,
                float* out) {
  using Tile = void (*)(const ByteBlock<V>&, const ByteTarget&, RoundedRows, float*);
  constexpr Tile kAll[] = {byte_tile<V, Rows, 1>, byte_tile<V, Rows, 2>, byte_tile<V, Rows, 3>,
                           byte_tile<V, Rows, 4>, byte_tile<V, Rows, 5>, byte_tile<V, Rows, 6>,
                           byte_tile<V, Rows, 7>, byte_tile<V, Rows, 8>};
  const int64_t tiles = (tokens + V::kTokens - 1) / V::kTokens;
  const int64_t step = (tokens + tiles - 1) / tiles;
  for (int64_t t = 0; t < tokens; t += step) {
    const int64_t here = tokens - t < step ? tokens - t : step;
    const int64_t groups = t * target.columns / kGroup;
    kAll[here - 1](block, target, {x.values + t * target.columns, x.scales + groups, x.minus_sums + groups},
                   out + t * target.out_stride);
  }
}

/// Rows `row` and following of a product, block of columns by block; some tokens.
template <class V, class Rows>
void byte_rows(const MatrixProduct& product, int64_t row, RoundedRows x, int64_t tokens, float* out) {
  const int64_t step = block_columns(product.columns) / kGroup;
  const int64_t all = product.columns / kGroup;
  const int64_t left = product.rows - row;
  const int64_t rows = left < V::kRows ? left : V::kRows;
  ByteSource source{};
  source.row_bytes = all * Rows::kBytes;
  for (int r = 0; r < V::kRows; ++r)
    source.offsets[r] = static_cast<int32_t>((r < rows ? r : rows - 1) * source.row_bytes);
  const auto* const first = static_cast<const uint8_t*>(product.weights) + row * source.row_bytes;
  const uint8_t* const following = left >= 2 * V::kRows ? first + V::kRows * source.row_bytes : nullptr;
  for (int64_t g = 0; g < all; g += step) {
    ByteBlock<V> block;
    source.first = first + g * Rows::kBytes;
    source.groups = all - g < step ? all - g : step;
    const bool last = g + source.groups >= all;
    source.next = last ? following : rows == V::kRows ? source.first + source.groups * Rows::kBytes : nullptr;
    unpack_block<V, Rows>(source, block);
    byte_strip<V, Rows>(block,
                        {product.columns, source.groups, product.out_stride, rows, product.add || g > 0},
                        {x.values + g * kGroup, x.scales + g, x.minus_sums + g}, tokens, out + row);
  }
}

template <class V, class Rows>
void multiply_bytes(const MatrixProduct& product) {
  const int64_t groups = product.columns / kGroup;
  for (int64_t t = 0; t < product.tokens; t += kTokensInCache) {
    const int64_t left = product.tokens - t;
    const RoundedRows& all = product.x_bytes;
    const RoundedRows x{all.values + t * product.columns, all.scales + t * groups,
                        all.minus_sums + t * groups};
    for (int64_t row = 0; row < product.rows; row += V::kRows)
      byte_rows<V, Rows>(product, row, x, left < kTokensInCache ? left : kTokensInCache,
                         product.out + t * product.out_stride);
  }
}

inline void round_rows(const float* x, int64_t count, int8_t* values, float* scales, int32_t* minus_sums) {
  round(x, count, values, scales);
  for (int64_t g = 0; g * kGroup < count; ++g) {
    int32_t sum = 0;
    for (int64_t i = 0; i < kGroup; ++i) sum += values[g * kGroup + i];
    minus_sums[g] = -sum;
  }
}

}  // namespace
}  // namespace hpct::qwen
