// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/ceilings/loops.h"

namespace hpct::ceiling_kernels {
namespace {

struct Wide {
  typedef std::uint64_t Words __attribute__((vector_size(64), may_alias));
};

struct Fp32 {
  using Number = float;
  using Vector = __m512;
  static Vector all(float value) { return _mm512_set1_ps(value); }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
};

struct Fp64 {
  using Number = double;
  using Vector = __m512d;
  static Vector all(double value) { return _mm512_set1_pd(value); }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return _mm512_fmadd_pd(a, b, c); }
};

}  // namespace

extern const CeilingKernel avx512;
const CeilingKernel avx512{"avx512",
                           16,
                           8,
                           ceiling_loops::load<Wide>,
                           ceiling_loops::multiply_add<Fp32>,
                           ceiling_loops::multiply_add<Fp64>};

}  // namespace hpct::ceiling_kernels
