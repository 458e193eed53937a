// SPDX-License-Identifier: Apache-2.0
// One number at a time: what code gets that the compiler could not vectorise.
#include "workloads/kernels/ceilings/loops.h"

namespace hpct::ceiling_kernels {
namespace {

template <class Type>
struct One {
  using Number = Type;
  using Vector = Type;
  static Vector all(Type value) { return value; }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return a * b + c; }
};

constexpr PeakKernel kPeaks[]{{"fma.fp32", 2, ceiling_loops::multiply_add<One<float>>, chain_sum(1, 1)},
                              {"fma.fp64", 2, ceiling_loops::multiply_add<One<double>>, chain_sum(1, 1)}};

}  // namespace

extern const CeilingKernel scalar;
const CeilingKernel scalar{"scalar", "baseline", kPeaks, 2, nullptr, nullptr, nullptr, nullptr};

}  // namespace hpct::ceiling_kernels
