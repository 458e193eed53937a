// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arm_neon.h>
#include <stdint.h>

/// Rows of numbers times a vector in the 128-bit registers of 64-bit ARM, however the numbers are stored. No
/// prefetches: where they pay is to be measured, which an emulated CPU cannot. Internal linkage throughout.
namespace hpct::qwen {
namespace {

/// Says how 16 elements become floats.
struct FromF32 {
  using Element = float;
  static void widen(const float* from, float32x4_t* to) {
    for (int i = 0; i < 4; ++i) to[i] = vld1q_f32(from + 4 * i);
  }
};

struct FromF16 {
  using Element = uint16_t;
  static void widen(const uint16_t* from, float32x4_t* to) {
    for (int i = 0; i < 4; ++i) to[i] = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(from + 4 * i)));
  }
};

struct FromBf16 {
  using Element = uint16_t;
  static void widen(const uint16_t* from, float32x4_t* to) {
    for (int i = 0; i < 4; ++i) to[i] = vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(from + 4 * i), 16));
  }
};

/// kRows rows at once, which share the loads of x; four sums each, because a sum waits four cycles for the
/// one before on most cores.
template <class From, int kRows>
inline void dot_rows(const typename From::Element* weights, const float* x, int64_t columns, float* out) {
  float32x4_t sums[kRows][4];
  for (int r = 0; r < kRows; ++r)
    for (int i = 0; i < 4; ++i) sums[r][i] = vdupq_n_f32(0);
  for (int64_t column = 0; column < columns; column += 16) {
    float32x4_t at[4];
    FromF32::widen(x + column, at);
    for (int r = 0; r < kRows; ++r) {
      float32x4_t row[4];
      From::widen(weights + r * columns + column, row);
      for (int i = 0; i < 4; ++i) sums[r][i] = vfmaq_f32(sums[r][i], row[i], at[i]);
    }
  }
  for (int r = 0; r < kRows; ++r)
    out[r] = vaddvq_f32(vaddq_f32(vaddq_f32(sums[r][0], sums[r][1]), vaddq_f32(sums[r][2], sums[r][3])));
}

template <class From>
inline void rows_times(const typename From::Element* weights, const float* x, int64_t rows, int64_t columns,
                       float* out) {
  int64_t row = 0;
  for (; row + 2 <= rows; row += 2) dot_rows<From, 2>(weights + row * columns, x, columns, out + row);
  for (; row < rows; ++row) dot_rows<From, 1>(weights + row * columns, x, columns, out + row);
}

}  // namespace
}  // namespace hpct::qwen
