// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/mandelbrot/escape_blocks.h"
#include "workloads/kernels/mandelbrot/one_vector.h"

namespace hpct::mandelbrot_kernels {
namespace {

struct Avx2 {
  using Real = __m256;
  using Whole = __m256i;
  using Mask = __m256i;  ///< all bits of a lane set or clear
  static constexpr int kLanes = 8;

  static Real all(float value) { return _mm256_set1_ps(value); }
  static Whole whole(int value) { return _mm256_set1_epi32(value); }
  static Real add(Real a, Real b) { return _mm256_add_ps(a, b); }
  static Real sub(Real a, Real b) { return _mm256_sub_ps(a, b); }
  static Real mul(Real a, Real b) { return _mm256_mul_ps(a, b); }
  static Real fused(Real a, Real b, Real c) { return _mm256_fmadd_ps(a, b, c); }         ///< a * b + c
  static Real fused_minus(Real a, Real b, Real c) { return _mm256_fnmadd_ps(a, b, c); }  ///< c - a * b

  static Whole lanes() { return _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7); }
  static Real ramp(int first) { return _mm256_cvtepi32_ps(_mm256_add_epi32(whole(first), lanes())); }
  static Mask first_lanes(int count) { return _mm256_cmpgt_epi32(whole(count), lanes()); }
  static Mask within(Real value, float bound, Mask among) {
    return _mm256_and_si256(among, _mm256_castps_si256(_mm256_cmp_ps(value, all(bound), _CMP_LE_OQ)));
  }
  /// Not-less-or-equal, unordered: an orbit that overflowed to infinity or NaN is beyond, too.
  static bool any_beyond(Real value, float bound, Mask among) {
    const Mask beyond = _mm256_castps_si256(_mm256_cmp_ps(value, all(bound), _CMP_NLE_UQ));
    return _mm256_testz_si256(among, beyond) == 0;
  }
  static bool any(Mask mask) { return _mm256_testz_si256(mask, mask) == 0; }
  static bool same(Mask a, Mask b) { return !any(_mm256_xor_si256(a, b)); }
  static Whole choose(Mask mask, Whole yes, Whole no) { return _mm256_blendv_epi8(no, yes, mask); }
  static Whole increment(Whole count, Mask mask) { return _mm256_sub_epi32(count, mask); }
  static void store(std::int32_t* to, Mask used, Whole counts) { _mm256_maskstore_epi32(to, used, counts); }
};

void render(const MandelbrotGrid& grid, int begin, int end, std::int32_t* counts) {
  mandelbrot_blocks::Renderer<Avx2, 4>(grid, begin, end, counts).render();
}

void render_fused(const MandelbrotGrid& grid, int begin, int end, std::int32_t* counts) {
  mandelbrot_blocks::Renderer<Avx2, 4, mandelbrot_blocks::FusedOrbit<Avx2>>(grid, begin, end, counts)
      .render();
}

}  // namespace

extern const MandelbrotKernel avx2;
const MandelbrotKernel avx2{"avx2", 4, render, mandelbrot_blocks::render_masked<Avx2>, render_fused};

}  // namespace hpct::mandelbrot_kernels
