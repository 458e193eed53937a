// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// Plain C declarations, as in kernels.h: compiled for many instruction sets.
namespace hpct::qwen {

/// Vectors rounded to 8 bits by groups of 32, as one for a matrix-vector product is (RoundedVector), and what
/// each group adds up to: products with unsigned bytes take off with it what their offset added.
struct RoundedRows {
  const int8_t* values;       ///< [tokens][columns]
  const float* scales;        ///< [tokens][columns / 32]
  const int32_t* minus_sums;  ///< [tokens][columns / 32]: less the sum of the group's values
};

/// out[t][r] = sum over c of weights[r][c] * x[t][c], for all tokens t: one pass over the weights.
struct MatrixProduct {
  const void* weights;       ///< [rows][columns], in the format of the kernel
  int64_t rows;              ///< may be 0
  int64_t columns;           ///< a multiple of 32
  const float* x;            ///< [tokens][columns]
  const uint16_t* x_halves;  ///< the same rounded to bf16, for kernels that round; else null
  RoundedRows x_bytes;       ///< the same rounded to bytes, for multiply_q8 and multiply_q4
  int64_t tokens;
  float* out;          ///< [tokens][out_stride]
  int64_t out_stride;  ///< in elements, at least rows
  bool add;            ///< out += instead of out =
};

/// What a pass over many tokens needs beside the kernels of one token, for one instruction set. The result
/// for a token does not depend on which other tokens are in the pass, to the last bit: a sequence decoded in
/// company says the same as alone.
struct BatchKernels {
  const char* isa;  ///< "scalar", "neon", "avx2", "avx512", "avx512_bf16", "avx512_vnni", "amx"
  bool rounds;      ///< the product reads x_halves: both sides are bf16, sums are float
  void (*multiply)(const MatrixProduct& product);  ///< weights are bf16
  /// sums = sums * scale + part * part_scale: joins attention over two runs of positions.
  void (*join)(float scale, float part_scale, const float* part, int64_t count, float* sums);

  /// The same for weights in other formats. Null where there is no such loop: rows are then expanded to
  /// floats, a few at a time, and multiplied as those.
  void (*multiply_f32)(const MatrixProduct& product) = nullptr;
  void (*multiply_f16)(const MatrixProduct& product) = nullptr;
  /// Products of bytes, summed exactly within a group; groups in float. They read x_bytes only.
  void (*multiply_q8)(const MatrixProduct& product) = nullptr;
  void (*multiply_q4)(const MatrixProduct& product) = nullptr;
  /// Makes x_bytes of `count` numbers, a multiple of 32. A NaN in a group makes its scale NaN. Null without
  /// products of bytes.
  void (*round)(const float* x, int64_t count, int8_t* values, float* scales, int32_t* minus_sums) = nullptr;
};

}  // namespace hpct::qwen
