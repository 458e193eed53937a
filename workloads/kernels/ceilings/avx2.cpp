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

/// Without VNNI: pairs of products in 16 bits, pairs of those in 32.
struct Int8 {
  using Number = int;
  using Sums = __m256i;
  static Sums start(int value) { return _mm256_set1_epi32(value); }
  static __m256i all(double value) { return _mm256_set1_epi8(static_cast<char>(value)); }
  static Sums dot(Sums sums, __m256i a, __m256i b) {
    const __m256i pairs = _mm256_maddubs_epi16(a, b);
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
};

struct NtStore {
  static void store(double* to, __m256d vector) { _mm256_stream_pd(to, vector); }
  static void finish() { _mm_sfence(); }
};

constexpr PeakKernel kPeaks[]{{"fma.fp32", 16, ceiling_loops::multiply_add<Fp32>, chain_sum(8, 1)},
                              {"fma.fp64", 8, ceiling_loops::multiply_add<Fp64>, chain_sum(4, 1)},
                              {"dot.int8", 64, ceiling_loops::dot<Int8>, chain_sum(8, 4)}};

}  // namespace

extern const CeilingKernel avx2;
const CeilingKernel avx2{"avx2",
                         "avx2",
                         kPeaks,
                         3,
                         ceiling_loops::load<Wide>,
                         ceiling_loops::copy<Wide>,
                         ceiling_loops::triad<Fp64, ceiling_loops::PlainStore>,
                         ceiling_loops::triad<Fp64, NtStore>};

}  // namespace hpct::ceiling_kernels
