// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

/// Plain C declarations, as in kernels.h: compiled for many instruction sets.
namespace hpct::qwen {

/// Attend of kernels.h, for keys and values in another format: rows of `dim` numbers that follow each other
/// without gaps, as half precision or as groups of 32 signed bytes behind their scale (kBytesQ8).
struct AttendRows {
  const float* queries;  ///< [group][dim], rotated
  const void* keys;      ///< [count] rows
  const void* values;    ///< [count] rows
  int64_t group;         ///< 1 .. 8
  int64_t dim;           ///< a multiple of 32, at most 128
  int64_t count;         ///< positions, may be 0
  float* sums;           ///< out [group][dim]: sum of exp(score - largest) * value
  float* largest;        ///< out [group]: the largest score, -infinity without positions
  float* weights;        ///< out [group]: sum of exp(score - largest)
};

/// Attention over caches in formats other than bf16, for one instruction set. Keys and values must be finite:
/// some kernels read a half that is none as 65536 or more. Whoever stores a number that a half cannot hold
/// stores an infinity; the check of a step and of this kernel, which widen it exactly, then fail.
struct KvKernels {
  const char* isa;  ///< "scalar", "neon", "avx2", "avx512", "avx512_vnni"
  void (*attend_f16)(const AttendRows& part);
  void (*attend_q8)(const AttendRows& part);
};

}  // namespace hpct::qwen
