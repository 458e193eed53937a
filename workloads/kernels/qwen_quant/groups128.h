// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/rows128.h"
#include "workloads/kernels/qwen_quant/groups.h"

/// The block formats in 128-bit registers, over how products of signed bytes are added up: `Dot` has
///   dot(w0, w1, x0, x1)      32 products as 4 sums in 32 bits; weights of any byte, x within 127
/// A group is two registers of weights, whose two are shared by two rows. Internal linkage throughout.
namespace hpct::qwen {
namespace {

struct GroupQ8 {
  static constexpr int64_t kBytes = kBytesQ8;
  static int8x16x2_t load(const uint8_t* group) {
    const auto* const bytes = reinterpret_cast<const int8_t*>(group + 2);
    return {{vld1q_s8(bytes), vld1q_s8(bytes + 16)}};
  }
};

struct GroupQ4 {
  static constexpr int64_t kBytes = kBytesQ4;
  static int8x16x2_t load(const uint8_t* group) {
    const uint8x16_t both = vld1q_u8(group + 2);
    const int8x16_t eight = vdupq_n_s8(8);
    return {{vsubq_s8(vreinterpretq_s8_u8(vandq_u8(both, vdupq_n_u8(15))), eight),
             vsubq_s8(vreinterpretq_s8_u8(vshrq_n_u8(both, 4)), eight)}};
  }
};

inline float half_scale(const uint8_t* group) {
  uint16_t bits;
  memcpy(&bits, group, sizeof bits);
  return vgetq_lane_f32(vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(bits))), 0);
}

template <class Group, class Dot>
struct Rows128 {
  static constexpr int64_t kBytes = Group::kBytes;
  static constexpr int64_t kElements = kGroup;

  template <int kRows>
  static void run(const uint8_t* weights, RoundedVector x, int64_t columns, float* out) {
    const int64_t groups = columns / kGroup;
    float32x4_t sums[kRows];
    for (int r = 0; r < kRows; ++r) sums[r] = vdupq_n_f32(0);
    for (int64_t g = 0; g < groups; ++g) {
      const int8x16_t x0 = vld1q_s8(x.values + g * kGroup);
      const int8x16_t x1 = vld1q_s8(x.values + g * kGroup + 16);
      for (int r = 0; r < kRows; ++r) {
        const uint8_t* const group = weights + (r * groups + g) * kBytes;
        const int8x16x2_t w = Group::load(group);
        const float scale = half_scale(group) * x.scales[g];
        sums[r] = vfmaq_n_f32(sums[r], vcvtq_f32_s32(Dot::dot(w.val[0], w.val[1], x0, x1)), scale);
      }
    }
    for (int r = 0; r < kRows; ++r) out[r] = vaddvq_f32(sums[r]);
  }
};

/// Blocks of 128 with a zero point, whose share is taken off the first lane.
template <class Dot>
struct RowsG128 {
  static constexpr int64_t kBytes = kBytesG128;
  static constexpr int64_t kElements = kBlockG128;

  static float32x4_t block(const uint8_t* at, SummedVector x, int64_t b) {
    const float zero = static_cast<float>(at[2]);
    float32x4_t sum = vsetq_lane_f32(-zero * x.sums[b], vdupq_n_f32(0), 0);
    for (int64_t g = 0; g < kElements / kGroup; ++g) {
      const int64_t group = b * (kElements / kGroup) + g;
      const int8_t* const values = x.rounded.values + group * kGroup;
      const uint8x16_t both = vld1q_u8(at + 3 + g * (kGroup / 2));
      const int8x16_t low = vreinterpretq_s8_u8(vandq_u8(both, vdupq_n_u8(15)));
      const int8x16_t high = vreinterpretq_s8_u8(vshrq_n_u8(both, 4));
      const int32x4_t dot = Dot::dot(low, high, vld1q_s8(values), vld1q_s8(values + 16));
      sum = vfmaq_n_f32(sum, vcvtq_f32_s32(dot), x.rounded.scales[group]);
    }
    return vmulq_n_f32(sum, half_scale(at));
  }

  template <int kRows>
  static void run(const uint8_t* weights, SummedVector x, int64_t columns, float* out) {
    const int64_t blocks = columns / kElements;
    float32x4_t sums[kRows];
    for (int r = 0; r < kRows; ++r) sums[r] = vdupq_n_f32(0);
    for (int64_t b = 0; b < blocks; ++b)
      for (int r = 0; r < kRows; ++r)
        sums[r] = vaddq_f32(sums[r], block(weights + (r * blocks + b) * kBytes, x, b));
    for (int r = 0; r < kRows; ++r) out[r] = vaddvq_f32(sums[r]);
  }
};

template <class From>
inline void matvec_floats(const void* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  rows_times<From>(static_cast<const typename From::Element*>(weights), x, rows, columns, out);
}

}  // namespace
}  // namespace hpct::qwen
