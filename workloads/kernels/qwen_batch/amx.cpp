// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "workloads/kernels/qwen_batch/tiles.h"
#include "workloads/kernels/qwen_batch/transpose512.h"
#include "workloads/kernels/tile_registers.h"

/// The matrix product on AMX, 32 rows by 32 tokens at a time, whose sums are four tiles. Weights are loaded
/// as they lie; the vectors, rounded to bf16, are turned first, so that pairs of one token follow another's.
/// What is missing to 32 is zeros. Each sum is made in the same order whatever the company.
namespace hpct::qwen_batch_kernels {
namespace {

using namespace qwen;

constexpr int64_t kTile = 16;  ///< rows, or tokens
constexpr int64_t kSide = 2 * kTile;
constexpr int64_t kDepth = 32;       ///< columns that one multiplication adds up
constexpr int64_t kMaxTokens = 256;  ///< turned at once: half a MiB, which stays in L2 beside the weights

struct alignas(64) TurnedTile {
  uint32_t pairs[kTile][kTile];  ///< [pair of columns][token]
};
struct Turned {
  TurnedTile tiles[kMaxTokens / kTile][kBlockColumns / kDepth];
};
struct alignas(64) Sums {
  float of[2][2][kTile][kTile];  ///< [half of the rows][half of the tokens][row][token]
};
struct alignas(64) Strip {
  uint16_t rows[kSide][kBlockColumns];
};

/// All tokens by some rows and columns.
struct Block {
  const uint16_t* weights;
  int64_t stride;  ///< of rows, in elements
  int64_t rows;    ///< at most kSide
  int64_t columns;
  bool add;
};

void turn(const uint16_t* x, int64_t stride, int64_t columns, int64_t tokens, Turned& to) {
  for (int64_t t = 0; t < tokens; t += kSide)
    for (int64_t half = t; half < t + kSide; half += kTile)
      for (int64_t c = 0; c < columns; c += kDepth) {
        __m512i rows[kTile];
#pragma GCC unroll 16
        for (int64_t i = 0; i < kTile; ++i)
          rows[i] = half + i < tokens ? _mm512_loadu_si512(x + (half + i) * stride + c) : __m512i{};
        transpose16(rows, to.tiles[half / kTile][c / kDepth].pairs);
      }
}

/// `left` and `right`: the turned tokens.
void multiply_side(const Block& block, const TurnedTile* left, const TurnedTile* right, Sums& sums) {
  const auto* upper = block.weights;
  const auto* lower = upper + kTile * block.stride;
  tile_zero<0>();
  tile_zero<1>();
  tile_zero<2>();
  tile_zero<3>();
  for (int64_t c = 0; c < block.columns; c += kDepth) {
    tile_load<4>(upper + c, 2 * block.stride);
    tile_load<6>(left++->pairs, 64);
    tile_multiply_bf16<0, 4, 6>();
    tile_load<7>(right++->pairs, 64);
    tile_multiply_bf16<1, 4, 7>();
    tile_load<5>(lower + c, 2 * block.stride);
    tile_multiply_bf16<2, 5, 6>();
    tile_multiply_bf16<3, 5, 7>();
  }
  tile_store<0>(sums.of[0][0], 64);
  tile_store<1>(sums.of[0][1], 64);
  tile_store<2>(sums.of[1][0], 64);
  tile_store<3>(sums.of[1][1], 64);
}

/// A tile of sums into `rows` neighbouring results of `tokens` tokens.
void put(const float (*sums)[kTile], int64_t rows, int64_t tokens, int64_t stride, bool add, float* out) {
  __m512i by_rows[kTile];
#pragma GCC unroll 16
  for (int64_t i = 0; i < kTile; ++i) by_rows[i] = _mm512_load_si512(sums[i]);
  alignas(64) float by_tokens[kTile][kTile];
  transpose16(by_rows, by_tokens);
  const auto lanes = static_cast<__mmask16>(rows >= kTile ? 0xFFFFU : (1U << rows) - 1U);
  for (int64_t t = 0; t < tokens && t < kTile; ++t, out += stride) {
    __m512 sum = _mm512_load_ps(by_tokens[t]);
    if (add) sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(lanes, out));
    _mm512_mask_storeu_ps(out, lanes, sum);
  }
}

void multiply_rows(const Block& block, const Turned& x, int64_t tokens, int64_t out_stride, float* out) {
  for (int64_t t = 0; t < tokens; t += kSide) {
    Sums sums;
    multiply_side(block, x.tiles[t / kTile], x.tiles[t / kTile + 1], sums);
    for (int64_t r = 0; r < 2; ++r)
      for (int64_t s = 0; s < 2; ++s)
        if (block.rows > r * kTile && tokens - t > s * kTile)
          put(sums.of[r][s], block.rows - r * kTile, tokens - t - s * kTile, out_stride, block.add,
              out + (t + s * kTile) * out_stride + r * kTile);
  }
}

/// Fewer rows than a side has, with zeros behind them.
Block filled_up(const Block& block, Strip& strip) {
  memset(&strip, 0, sizeof strip);
  for (int64_t r = 0; r < block.rows; ++r)
    memcpy(strip.rows[r], block.weights + r * block.stride, static_cast<size_t>(block.columns) * 2);
  return {strip.rows[0], kBlockColumns, block.rows, block.columns, block.add};
}

void multiply_tokens(const MatrixProduct& product, const uint16_t* x, int64_t tokens, float* out) {
  Turned turned;
  const auto* const weights = static_cast<const uint16_t*>(product.weights);
  const int64_t step = block_columns(product.columns);
  for (int64_t c = 0; c < product.columns; c += step) {
    const int64_t columns = product.columns - c < step ? product.columns - c : step;
    turn(x + c, product.columns, columns, tokens, turned);
    for (int64_t r = 0; r < product.rows; r += kSide) {
      const int64_t rows = product.rows - r < kSide ? product.rows - r : kSide;
      const Block block{weights + r * product.columns + c, product.columns, rows, columns,
                        product.add || c > 0};
      Strip strip;
      multiply_rows(rows < kSide ? filled_up(block, strip) : block, turned, tokens, product.out_stride,
                    out + r);
    }
  }
}

void multiply(const MatrixProduct& product) {
  begin_tiles();
  for (int64_t t = 0; t < product.tokens; t += kMaxTokens) {
    const int64_t tokens = product.tokens - t < kMaxTokens ? product.tokens - t : kMaxTokens;
    multiply_tokens(product, product.x_halves + t * product.columns, tokens,
                    product.out + t * product.out_stride);
  }
  end_tiles();
}

}  // namespace

extern const qwen::BatchKernels amx;
const qwen::BatchKernels amx{"amx", true, multiply, qwen::join_parts};

}  // namespace hpct::qwen_batch_kernels
