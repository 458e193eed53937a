// SPDX-License-Identifier: Apache-2.0
// 16-byte vectors of the compiler: SSE2 on x86-64, NEON on arm64. No fused multiply-add: the x86
// baseline has none.
#if defined(__x86_64__)
#include <emmintrin.h>
#endif

#include "workloads/kernels/ceilings/loops.h"

namespace hpct::ceiling_kernels {
namespace {

struct Narrow {
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
  typedef double Vector __attribute__((vector_size(16), may_alias));
  static Vector all(double value) { return Vector{value, value}; }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return a * b + c; }
};

constexpr PeakKernel kPeaks[]{{"fma.fp32", 8, ceiling_loops::multiply_add<Fp32>, chain_sum(4, 1)},
                              {"fma.fp64", 4, ceiling_loops::multiply_add<Fp64>, chain_sum(2, 1)}};

#if defined(__x86_64__)
struct NtStore {
  static void store(double* to, Fp64::Vector vector) { _mm_stream_pd(to, reinterpret_cast<__m128d>(vector)); }
  static void finish() { _mm_sfence(); }
};
constexpr auto kNtTriad = ceiling_loops::triad<Fp64, NtStore>;
#else
constexpr decltype(CeilingKernel::nt_triad) kNtTriad = nullptr;
#endif

}  // namespace

extern const CeilingKernel vector16;
const CeilingKernel vector16{"baseline",
                             "baseline",
                             kPeaks,
                             2,
                             ceiling_loops::load<Narrow>,
                             ceiling_loops::copy<Narrow>,
                             ceiling_loops::triad<Fp64, ceiling_loops::PlainStore>,
                             kNtTriad};

}  // namespace hpct::ceiling_kernels
