// SPDX-License-Identifier: Apache-2.0
#include <arm_neon.h>

#include "workloads/kernels/arrays/masked_lanes.h"

namespace hpct::array_kernels {
namespace {

struct Neon {
  using Real = float32x4_t;
  using Whole = int32x4_t;
  using Mask = uint32x4_t;  ///< all bits of a lane set or none
  static constexpr int kLanes = 4;

  static Real all(float value) { return vdupq_n_f32(value); }
  static Real add(Real a, Real b) { return vaddq_f32(a, b); }
  static Real sub(Real a, Real b) { return vsubq_f32(a, b); }
  static Real mul(Real a, Real b) { return vmulq_f32(a, b); }

  static Mask first_lanes(std::int64_t count) {
    const std::int32_t lanes[kLanes] = {0, 1, 2, 3};
    return vcgtq_s32(vdupq_n_s32(static_cast<int>(count < kLanes ? count : kLanes)), vld1q_s32(lanes));
  }
  /// There is no masked load: the last, partial vector goes through a small array.
  static Real load(const float* from, Mask used) {
    if (full(used)) return vld1q_f32(from);
    float values[kLanes] = {0, 0, 0, 0};
    for (int lane = 0; lane < count(used); ++lane) values[lane] = from[lane];
    return vld1q_f32(values);
  }
  static Whole load_whole(const std::int32_t* from, Mask used) {
    if (full(used)) return vld1q_s32(from);
    std::int32_t values[kLanes] = {0, 0, 0, 0};
    for (int lane = 0; lane < count(used); ++lane) values[lane] = from[lane];
    return vld1q_s32(values);
  }
  static void store(float* to, Mask used, Real value) {
    if (full(used)) return vst1q_f32(to, value);
    float values[kLanes];
    vst1q_f32(values, value);
    for (int lane = 0; lane < count(used); ++lane) to[lane] = values[lane];
  }

  static Mask farther(Real error, float bound, Mask among) {
    return vbicq_u32(among, vcleq_f32(vabsq_f32(error), all(bound)));
  }
  static Mask above(Whole value, int bound, Mask among) {
    return vandq_u32(among, vcgtq_s32(value, vdupq_n_s32(bound)));
  }
  static bool any(Mask mask) { return vmaxvq_u32(mask) != 0; }
  static bool full(Mask mask) { return vminvq_u32(mask) != 0; }
  static int count(Mask mask) { return static_cast<int>(vaddvq_u32(vshrq_n_u32(mask, 31))); }
  static Real choose(Mask mask, Real yes, Real no) { return vbslq_f32(mask, yes, no); }
  static Real at_most(Real value, float bound) { return vminq_f32(value, all(bound)); }
};

}  // namespace

extern const ArrayKernels neon;
const ArrayKernels neon{"neon",  masked_lanes::saxpy<Neon>, nullptr, masked_lanes::newton_sqrt<Neon>,
                        nullptr, masked_lanes::power<Neon>};

}  // namespace hpct::array_kernels
