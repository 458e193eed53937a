// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// Plain C declarations, as in kernels.h: compiled for many instruction sets.
namespace hpct::qwen {

/// out[t][r] = sum over c of weights[r][c] * x[t][c], for all tokens t: one pass over the weights.
struct MatrixProduct {
  const uint16_t* weights;   ///< bf16 [rows][columns]
  int64_t rows;              ///< may be 0
  int64_t columns;           ///< a multiple of 32
  const float* x;            ///< [tokens][columns]
  const uint16_t* x_halves;  ///< the same rounded to bf16, for kernels that round; else null
  int64_t tokens;
  float* out;          ///< [tokens][out_stride]
  int64_t out_stride;  ///< in elements, at least rows
  bool add;            ///< out += instead of out =
};

/// What a pass over many tokens needs beside the kernels of one token, for one instruction set. The result
/// for a token does not depend on which other tokens are in the pass, to the last bit: a sequence decoded in
/// company says the same as alone.
struct BatchKernels {
  const char* isa;  ///< "scalar", "neon", "avx2", "avx512", "avx512_bf16"
  bool rounds;      ///< the product reads x_halves: both sides are bf16, sums are float
  void (*multiply)(const MatrixProduct& product);
  /// sums = sums * scale + part * part_scale: joins attention over two runs of positions.
  void (*join)(float scale, float part_scale, const float* part, int64_t count, float* sums);
};

}  // namespace hpct::qwen
