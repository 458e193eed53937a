// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arm_neon.h>

#include "workloads/kernels/qwen/elementwise.h"

/// The loops of elementwise.h by hand, for what the compiler may not do: fused multiply-adds, one rounding
/// and one instruction where it must keep two. Internal linkage throughout.
namespace hpct::qwen {
namespace {

/// exponential() for four numbers: the same series and the same borders.
inline float32x4_t exponential_of_four(float32x4_t x) {
  x = vminq_f32(vmaxq_f32(x, vdupq_n_f32(-87.0F)), vdupq_n_f32(88.0F));  // a NaN stays one
  const float32x4_t n = vrndnq_f32(vmulq_n_f32(x, 1.44269504F));
  const float32x4_t r = vfmaq_n_f32(vfmsq_n_f32(x, n, 0.693359375F), n, 2.12194440e-4F);
  float32x4_t sum = vdupq_n_f32(1.0F / 5040.0F);
  constexpr float kTerms[] = {1.0F / 720.0F, 1.0F / 120.0F, 1.0F / 24.0F, 1.0F / 6.0F, 0.5F, 1.0F, 1.0F};
  for (const float term : kTerms) sum = vfmaq_f32(vdupq_n_f32(term), sum, r);
  const int32x4_t power = vshlq_n_s32(vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127)), 23);
  return vmulq_f32(sum, vreinterpretq_f32_s32(power));
}

inline void rmsnorm_by_four(const float* x, const float* gain, int64_t count, float epsilon, float* out) {
  float32x4_t squares[4];
  for (int i = 0; i < 4; ++i) squares[i] = vdupq_n_f32(0);
  for (int64_t at = 0; at < count; at += 16)
    for (int i = 0; i < 4; ++i) {
      const float32x4_t four = vld1q_f32(x + at + 4 * i);
      squares[i] = vfmaq_f32(squares[i], four, four);
    }
  const float sum =
      vaddvq_f32(vaddq_f32(vaddq_f32(squares[0], squares[1]), vaddq_f32(squares[2], squares[3])));
  const float scale = 1.0F / square_root(sum / static_cast<float>(count) + epsilon);
  for (int64_t at = 0; at < count; at += 4)
    vst1q_f32(out + at, vmulq_f32(vmulq_n_f32(vld1q_f32(x + at), scale), vld1q_f32(gain + at)));
}

inline void rope_by_four(const float* cosines, const float* sines, int64_t half, float* head) {
  int64_t at = 0;
  for (; at + 4 <= half; at += 4) {
    const float32x4_t a = vld1q_f32(head + at);
    const float32x4_t b = vld1q_f32(head + half + at);
    const float32x4_t cosine = vld1q_f32(cosines + at);
    const float32x4_t sine = vld1q_f32(sines + at);
    vst1q_f32(head + at, vfmsq_f32(vmulq_f32(a, cosine), b, sine));
    vst1q_f32(head + half + at, vfmaq_f32(vmulq_f32(b, cosine), a, sine));
  }
  for (; at < half; ++at) {
    const float a = head[at];
    const float b = head[half + at];
    head[at] = a * cosines[at] - b * sines[at];
    head[half + at] = b * cosines[at] + a * sines[at];
  }
}

inline float32x4_t silu_of_four(float32x4_t gate, float32x4_t up) {
  const float32x4_t divisor = vaddq_f32(vdupq_n_f32(1), exponential_of_four(vnegq_f32(gate)));
  return vmulq_f32(vdivq_f32(gate, divisor), up);
}

/// The last, partial vector goes through small arrays, so that an element's result does not depend on where
/// it stands.
inline void silu_multiply_by_four(const float* gate, const float* up, int64_t count, float* out) {
  int64_t at = 0;
  for (; at + 4 <= count; at += 4)
    vst1q_f32(out + at, silu_of_four(vld1q_f32(gate + at), vld1q_f32(up + at)));
  if (at == count) return;
  float last_gate[4] = {};
  float last_up[4] = {};
  float last_out[4];
  const auto bytes = static_cast<size_t>(count - at) * sizeof(float);
  memcpy(last_gate, gate + at, bytes);
  memcpy(last_up, up + at, bytes);
  vst1q_f32(last_out, silu_of_four(vld1q_f32(last_gate), vld1q_f32(last_up)));
  memcpy(out + at, last_out, bytes);
}

}  // namespace
}  // namespace hpct::qwen
