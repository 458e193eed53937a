// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/mandelbrot/escape_blocks.h"
#include "workloads/kernels/mandelbrot/one_vector.h"

namespace hpct::mandelbrot_kernels {
namespace {

struct Avx512 {
  using Real = __m512;
  using Whole = __m512i;
  using Mask = __mmask16;
  static constexpr int kLanes = 16;

  static Real all(float value) { return _mm512_set1_ps(value); }
  static Whole whole(int value) { return _mm512_set1_epi32(value); }
  static Real add(Real a, Real b) { return _mm512_add_ps(a, b); }
  static Real sub(Real a, Real b) { return _mm512_sub_ps(a, b); }
  static Real mul(Real a, Real b) { return _mm512_mul_ps(a, b); }
  static Real fused(Real a, Real b, Real c) { return _mm512_fmadd_ps(a, b, c); }         ///< a * b + c
  static Real fused_minus(Real a, Real b, Real c) { return _mm512_fnmadd_ps(a, b, c); }  ///< c - a * b

  static Real ramp(int first) {
    const Whole lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return _mm512_cvtepi32_ps(_mm512_add_epi32(whole(first), lanes));
  }
  static Mask first_lanes(int count) {
    return static_cast<Mask>(count >= kLanes ? 0xFFFF : (1U << count) - 1U);
  }
  static Mask within(Real value, float bound, Mask among) {
    return _mm512_mask_cmp_ps_mask(among, value, all(bound), _CMP_LE_OQ);
  }
  /// Not-less-or-equal, unordered: an orbit that overflowed to infinity or NaN is beyond, too.
  static bool any_beyond(Real value, float bound, Mask among) {
    return _mm512_mask_cmp_ps_mask(among, value, all(bound), _CMP_NLE_UQ) != 0;
  }
  static bool any(Mask mask) { return mask != 0; }
  static bool same(Mask a, Mask b) { return a == b; }
  static Whole choose(Mask mask, Whole yes, Whole no) { return _mm512_mask_mov_epi32(no, mask, yes); }
  static Whole increment(Whole count, Mask mask) {
    return _mm512_mask_add_epi32(count, mask, count, whole(1));
  }
  static void store(std::int32_t* to, Mask used, Whole counts) { _mm512_mask_storeu_epi32(to, used, counts); }
};

void render(const MandelbrotGrid& grid, int begin, int end, std::int32_t* counts) {
  mandelbrot_blocks::Renderer<Avx512, 5>(grid, begin, end, counts).render();
}

void render_fused(const MandelbrotGrid& grid, int begin, int end, std::int32_t* counts) {
  mandelbrot_blocks::Renderer<Avx512, 5, mandelbrot_blocks::FusedOrbit<Avx512>>(grid, begin, end, counts)
      .render();
}

}  // namespace

extern const MandelbrotKernel avx512;
const MandelbrotKernel avx512{"avx512", 4, render, mandelbrot_blocks::render_masked<Avx512>, render_fused};

}  // namespace hpct::mandelbrot_kernels
