// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/ceilings/loops.h"

namespace hpct::ceiling_kernels {
namespace {

struct Wide {
  typedef std::uint64_t Words __attribute__((vector_size(32), may_alias));
};

struct Fp32 {
  using Number = float;
  using Vector = __m256;
  static Vector all(float value) { return _mm256_set1_ps(value); }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
};

struct Fp64 {
  using Number = double;
  using Vector = __m256d;
  static Vector all(double value) { return _mm256_set1_pd(value); }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return _mm256_fmadd_pd(a, b, c); }
};

}  // namespace

extern const CeilingKernel avx2;
const CeilingKernel avx2{"avx2",
                         8,
                         4,
                         ceiling_loops::load<Wide>,
                         ceiling_loops::multiply_add<Fp32>,
                         ceiling_loops::multiply_add<Fp64>};

}  // namespace hpct::ceiling_kernels
