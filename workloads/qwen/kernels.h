// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// Plain C declarations on purpose: the kernels are compiled for instruction sets that the rest
/// of the program must not contain, so this header brings in no inline function of a library.
namespace hpct::qwen {

/// One group of query heads against their shared keys and values, over a run of positions.
struct Attend {
  const float* queries;    ///< [group][dim], rotated
  const uint16_t* keys;    ///< bf16 [count][dim]
  const uint16_t* values;  ///< bf16 [count][dim]
  int64_t group;           ///< 1 .. 8
  int64_t dim;             ///< a multiple of 32, at most 128
  int64_t count;           ///< positions, may be 0
  float* scores;           ///< scratch: [group][count]
  float* sums;             ///< out [group][dim]: sum of exp(score - largest) * value
  float* largest;          ///< out [group]: the largest score, -infinity without positions
  float* weights;          ///< out [group]: sum of exp(score - largest)
};

/// The inner loops of the decode step for one instruction set. Weights and cache are bf16, all
/// else is float; sums are accumulated in float. A kernel knows nothing of threads: it is called
/// with one member's part.
struct Kernels {
  const char* isa;  ///< "scalar", "neon", "avx2", "avx512", "amx"

  /// out[r] = sum over c of weights[r][c] * x[c]; columns is a multiple of 32.
  void (*matvec)(const uint16_t* weights, const float* x, int64_t rows, int64_t columns, float* out);
  /// out = x / sqrt(mean(x^2) + epsilon) * gain; count is a multiple of 16.
  void (*rmsnorm)(const float* x, const float* gain, int64_t count, float epsilon, float* out);
  /// Rotates the pairs (i, i + half) of one head.
  void (*rope)(const float* cosines, const float* sines, int64_t half, float* head);
  void (*to_bf16)(const float* from, int64_t count, uint16_t* to);
  void (*from_bf16)(const uint16_t* from, int64_t count, float* to);
  /// An unnormalised part of softmax(queries * keys / sqrt(dim)) * values; parts of several
  /// members are merged by their largest scores.
  void (*attend)(const Attend& part);
  /// out = gate / (1 + exp(-gate)) * up.
  void (*silu_multiply)(const float* gate, const float* up, int64_t count, float* out);
  /// The first of the largest; 0 when all are NaN. count >= 1.
  int64_t (*argmax)(const float* values, int64_t count);
};

}  // namespace hpct::qwen
