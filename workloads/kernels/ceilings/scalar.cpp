// SPDX-License-Identifier: Apache-2.0
// 16-byte vectors of the compiler: SSE2 on x86-64, NEON on arm64. No fused multiply-add: the x86
// baseline has none.
#include "workloads/kernels/ceilings/loops.h"

namespace hpct::ceiling_kernels {
namespace {

struct Sse {
  typedef std::uint64_t Words __attribute__((vector_size(16), may_alias));
};

struct Fp32 {
  using Number = float;
  typedef float Vector __attribute__((vector_size(16)));
  static Vector all(float value) { return Vector{value, value, value, value}; }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return a * b + c; }
};

struct Fp64 {
  using Number = double;
  typedef double Vector __attribute__((vector_size(16)));
  static Vector all(double value) { return Vector{value, value}; }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return a * b + c; }
};

}  // namespace

extern const CeilingKernel scalar;
const CeilingKernel scalar{"baseline",
                           4,
                           2,
                           ceiling_loops::load<Sse>,
                           ceiling_loops::multiply_add<Fp32>,
                           ceiling_loops::multiply_add<Fp64>};

}  // namespace hpct::ceiling_kernels
