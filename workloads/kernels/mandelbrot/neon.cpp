// SPDX-License-Identifier: Apache-2.0
#include <arm_neon.h>

#include "workloads/kernels/mandelbrot/escape_blocks.h"
#include "workloads/kernels/mandelbrot/one_vector.h"

namespace hpct::mandelbrot_kernels {
namespace {

struct Neon {
  using Real = float32x4_t;
  using Whole = int32x4_t;
  using Mask = uint32x4_t;  ///< all bits of a lane set or none
  static constexpr int kLanes = 4;

  static Real all(float value) { return vdupq_n_f32(value); }
  static Whole whole(int value) { return vdupq_n_s32(value); }
  static Real add(Real a, Real b) { return vaddq_f32(a, b); }
  static Real sub(Real a, Real b) { return vsubq_f32(a, b); }
  static Real mul(Real a, Real b) { return vmulq_f32(a, b); }
  static Real fused(Real a, Real b, Real c) { return vfmaq_f32(c, a, b); }        ///< a * b + c
  static Real fused_minus(Real a, Real b, Real c) { return vfmsq_f32(c, a, b); }  ///< c - a * b

  static Whole lanes() {
    const std::int32_t numbers[kLanes] = {0, 1, 2, 3};
    return vld1q_s32(numbers);
  }
  static Real ramp(int first) { return vcvtq_f32_s32(vaddq_s32(whole(first), lanes())); }
  static Mask first_lanes(int count) { return vcgtq_s32(whole(count), lanes()); }
  static Mask within(Real value, float bound, Mask among) {
    return vandq_u32(among, vcleq_f32(value, all(bound)));
  }
  /// Not-less-or-equal: a comparison with NaN is false, so an orbit that overflowed is beyond, too.
  static bool any_beyond(Real value, float bound, Mask among) {
    return any(vbicq_u32(among, vcleq_f32(value, all(bound))));
  }
  static bool any(Mask mask) { return vmaxvq_u32(mask) != 0; }
  static bool same(Mask a, Mask b) { return !any(veorq_u32(a, b)); }
  static Whole choose(Mask mask, Whole yes, Whole no) { return vbslq_s32(mask, yes, no); }
  /// A set lane is -1.
  static Whole increment(Whole count, Mask mask) { return vsubq_s32(count, vreinterpretq_s32_u32(mask)); }
  static void store(std::int32_t* to, Mask used, Whole counts) {
    if (vminvq_u32(used) != 0) return vst1q_s32(to, counts);
    std::int32_t values[kLanes];
    std::uint32_t wanted[kLanes];
    vst1q_s32(values, counts);
    vst1q_u32(wanted, used);
    for (int lane = 0; lane < kLanes; ++lane)
      if (wanted[lane] != 0) to[lane] = values[lane];
  }
};

void render(const MandelbrotGrid& grid, int begin, int end, std::int32_t* counts) {
  mandelbrot_blocks::Renderer<Neon, 4>(grid, begin, end, counts).render();
}

void render_fused(const MandelbrotGrid& grid, int begin, int end, std::int32_t* counts) {
  mandelbrot_blocks::Renderer<Neon, 4, mandelbrot_blocks::FusedOrbit<Neon>>(grid, begin, end, counts)
      .render();
}

}  // namespace

extern const MandelbrotKernel neon;
const MandelbrotKernel neon{"neon", 4, render, mandelbrot_blocks::render_masked<Neon>, render_fused};

}  // namespace hpct::mandelbrot_kernels
