// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "workloads/kernels/qwen_batch/bytes512.h"
#include "workloads/kernels/qwen_batch/floats512.h"
#include "workloads/kernels/tile_registers.h"
#include "workloads/kernels/transpose512.h"

/// The matrix product on AMX, 32 rows by 32 tokens at a time, whose sums are four tiles. Weights are loaded
/// as they lie; the vectors, rounded to bf16, are turned first, so that pairs of one token follow another's.
/// What is missing to 32 is zeros. Each sum is made in the same order whatever the company. Weights in other
/// formats than bf16 meet the loops of AVX-512 and VNNI.
namespace hpct::qwen_batch_kernels {
namespace {

using namespace qwen;

constexpr int64_t kTile = 16;  ///< rows, or tokens
constexpr int64_t kSide = 2 * kTile;
constexpr int64_t kDepth = 32;        ///< columns that one multiplication adds up
constexpr int64_t kBlockDepth = 192;  ///< columns: 32 rows and 32 tokens of them are 24 KiB, half of L1
constexpr int64_t kMaxTokens = 256;   ///< turned at once: half a MiB, which stays in L2 beside the weights

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

/// Some rows and columns, whose weights fit into L1 while all tokens pass by.
struct Block {
  const uint16_t* weights;
  int64_t stride;  ///< of rows, in elements
  int64_t columns;
  bool first;  ///< nothing is summed yet
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

/// Side by side: the turned tokens `left` and `right`. `ahead`: where the next block's rows from `first` to
/// `last` begin, which are asked for meanwhile: tiles are no stream that the hardware would run ahead of.
void multiply_side(const Block& block, const TurnedTile* left, const TurnedTile* right, Sums& sums,
                   int64_t first, int64_t last) {
  const auto* upper = block.weights;
  const auto* lower = upper + kTile * block.stride;
  block.first ? zero_sums() : load_sums(&sums);
  for (int64_t c = 0; c < block.columns; c += kDepth) {
    for (int64_t r = first; r < last; ++r)
      _mm_prefetch(reinterpret_cast<const char*>(upper + (kSide + r) * block.stride + c), _MM_HINT_T1);
    tile_load<4>(upper + c, 2 * block.stride);
    tile_load<6>(left++->pairs, 64);
    tile_multiply_bf16<0, 4, 6>();
    tile_load<7>(right++->pairs, 64);
    tile_multiply_bf16<1, 4, 7>();
    tile_load<5>(lower + c, 2 * block.stride);
    tile_multiply_bf16<2, 5, 6>();
    tile_multiply_bf16<3, 5, 7>();
  }
  store_sums(&sums);
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

void put_all(const Sums* sums, int64_t rows, int64_t tokens, const MatrixProduct& to, float* out) {
  for (int64_t t = 0; t < tokens; t += kTile)
    for (int64_t r = 0; r < rows; r += kTile)
      put(sums[t / kSide].of[r / kTile][t / kTile % 2], rows - r, tokens - t, to.out_stride, to.add,
          out + t * to.out_stride + r);
}

/// Up to 32 rows: their sums over `columns` of the turned tokens.
void sum_rows(const uint16_t* weights, int64_t stride, int64_t columns, const Turned& x, int64_t tokens,
              Sums* sums) {
  const int64_t sides = (tokens + kSide - 1) / kSide;
  for (int64_t c = 0; c < columns; c += kBlockDepth) {
    const Block block{weights + c, stride, columns - c < kBlockDepth ? columns - c : kBlockDepth, c == 0};
    for (int64_t side = 0; side < sides; ++side)
      multiply_side(block, x.tiles[2 * side] + c / kDepth, x.tiles[2 * side + 1] + c / kDepth, sums[side],
                    side * kSide / sides, (side + 1) * kSide / sides);
  }
}

/// Fewer rows than a side has, with zeros behind them.
void fill_up(const uint16_t* weights, int64_t stride, int64_t rows, int64_t columns, Strip& strip) {
  memset(&strip, 0, sizeof strip);
  for (int64_t r = 0; r < rows; ++r)
    memcpy(strip.rows[r], weights + r * stride, static_cast<size_t>(columns) * 2);
}

void multiply_columns(const MatrixProduct& product, const uint16_t* weights, int64_t columns, const Turned& x,
                      int64_t tokens, float* out) {
  for (int64_t r = 0; r < product.rows; r += kSide, weights += kSide * product.columns) {
    const int64_t rows = product.rows - r < kSide ? product.rows - r : kSide;
    Sums sums[kMaxTokens / kSide];
    Strip strip;
    if (rows < kSide) fill_up(weights, product.columns, rows, columns, strip);
    if (rows < kSide)
      sum_rows(strip.rows[0], kBlockColumns, columns, x, tokens, sums);
    else
      sum_rows(weights, product.columns, columns, x, tokens, sums);
    put_all(sums, rows, tokens, product, out + r);
  }
}

void multiply_tokens(MatrixProduct product, const uint16_t* x, int64_t tokens, float* out) {
  Turned turned;
  const auto* const weights = static_cast<const uint16_t*>(product.weights);
  const int64_t step = block_columns(product.columns);
  for (int64_t c = 0; c < product.columns; c += step, product.add = true) {
    const int64_t columns = product.columns - c < step ? product.columns - c : step;
    turn(x + c, product.columns, columns, tokens, turned);
    multiply_columns(product, weights + c, columns, turned, tokens, out);
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
const qwen::BatchKernels amx{"amx",
                             true,
                             multiply,
                             join_parts,
                             multiply_floats<SixteenLanes, FloatRows>,
                             multiply_floats<SixteenLanes, HalfRows>,
                             multiply_bytes<SixteenRows, RowsOfBytes<SixteenRows>>,
                             multiply_bytes<SixteenRows, RowsOfNibbles<SixteenRows>>,
                             round_rows};

}  // namespace hpct::qwen_batch_kernels
