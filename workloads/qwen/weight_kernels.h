// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// Plain C declarations, as in kernels.h: compiled for many instruction sets.
namespace hpct::qwen {

/// Weights that share a scale. 32 elements, as in the published block formats.
constexpr int64_t kGroup = 32;
/// 8-bit group: the scale as half precision, then 32 signed bytes. weight = scale * byte.
constexpr int64_t kBytesQ8 = 34;
/// 4-bit group: the scale, then 16 bytes; the low halves are elements 0..15, the high ones 16..31.
/// weight = scale * (nibble - 8).
constexpr int64_t kBytesQ4 = 18;
/// 4-bit block with a zero point: 128 elements behind one scale and the nibble, 0..15, that stands for 0;
/// then four groups of 16 bytes as above. weight = scale * (nibble - zero). Half the bytes for scales, and a
/// range that need not be symmetric: the plan of the formats that are fitted after training (AWQ, GPTQ).
constexpr int64_t kBlockG128 = 128;
constexpr int64_t kBytesG128 = 67;
/// The longest row of such a matrix: the sums of the vector's blocks lie on the stack.
constexpr int64_t kMaxColumnsG128 = 65536;

/// A vector rounded to 8 bits by groups: x[i] is about scales[i / kGroup] * values[i], off by at most
/// half a step, 1/254 of the largest of its group.
struct RoundedVector {
  const int8_t* values;
  const float* scales;
};

/// Matrix-vector products over weights in formats other than bf16, for one instruction set: out[r] = sum over
/// c of weights[r][c] * x[c], with columns a multiple of 32. Products of 8-bit numbers are summed exactly
/// within a group, groups are summed in float.
struct WeightKernels {
  const char* isa;  ///< "scalar", "neon", "neon_dotprod", "avx2", "avx512", "avx512_vnni"

  void (*matvec_f32)(const void* weights, const float* x, int64_t rows, int64_t columns, float* out);
  void (*matvec_f16)(const void* weights, const float* x, int64_t rows, int64_t columns, float* out);
  /// count is a multiple of kGroup. A NaN in a group makes its scale NaN.
  void (*round)(const float* x, int64_t count, int8_t* values, float* scales);
  void (*matvec_q8)(const void* weights, RoundedVector x, int64_t rows, int64_t columns, float* out);
  void (*matvec_q4)(const void* weights, RoundedVector x, int64_t rows, int64_t columns, float* out);
  /// columns is a multiple of kBlockG128 and at most kMaxColumnsG128.
  void (*matvec_q4g128)(const void* weights, RoundedVector x, int64_t rows, int64_t columns, float* out);
};

}  // namespace hpct::qwen
