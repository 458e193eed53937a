// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/half.h"
#include "workloads/qwen/weight_kernels.h"

/// What all instruction sets share: plain loops the compiler turns into their vectors, and single groups
/// for what the hand-written loops leave over. Internal linkage throughout.
namespace hpct::qwen {
namespace {

constexpr int kPartial = 16;

inline float scale_of(const uint8_t* group) {
  Half bits;
  memcpy(&bits, group, sizeof bits);
  return widen_half(bits);
}

inline float absolute(float x) { return x < 0 ? -x : x; }

/// The largest magnitude of a group; NaN when there is one.
inline float largest_of_group(const float* x) {
  float lanes[kPartial] = {};
  float poison[kPartial] = {};
  for (int64_t i = 0; i < kGroup; i += kPartial)
    for (int lane = 0; lane < kPartial; ++lane) {
      const float value = absolute(x[i + lane]);
      lanes[lane] = value > lanes[lane] ? value : lanes[lane];
      poison[lane] += value * 0.0F;
    }
  float largest = 0;
  float nan = 0;
  for (int lane = 0; lane < kPartial; ++lane) {
    largest = lanes[lane] > largest ? lanes[lane] : largest;
    nan += poison[lane];
  }
  return largest + nan;
}

/// Adding 1.5 * 2^23 rounds to a whole number, whose low byte then stands in the low byte of the sum.
inline int8_t rounded(float x) {
  const float shifted = x + 12582912.0F;
  uint32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  return static_cast<int8_t>(bits & 0xFFU);
}

inline void round(const float* x, int64_t count, int8_t* values, float* scales) {
  for (int64_t g = 0; g * kGroup < count; ++g) {
    const float* const from = x + g * kGroup;
    const float largest = largest_of_group(from);
    const float inverse = largest > 1e-30F ? 127.0F / largest : 0.0F;
    scales[g] = largest / 127.0F;
    for (int64_t i = 0; i < kGroup; ++i) values[g * kGroup + i] = rounded(from[i] * inverse);
  }
}

/// The bytes are read as signed: of a cast from unsigned, g++ 12 with VNNI makes an unsigned product.
inline int32_t dot_q8(const uint8_t* group, const int8_t* x) {
  const auto* const weights = reinterpret_cast<const int8_t*>(group + 2);
  int32_t sum = 0;
  for (int64_t i = 0; i < kGroup; ++i) sum += weights[i] * x[i];
  return sum;
}

inline int32_t dot_q4(const uint8_t* group, const int8_t* x) {
  int32_t sum = 0;
  for (int64_t i = 0; i < kGroup / 2; ++i) {
    sum += ((group[2 + i] & 15) - 8) * x[i];
    sum += ((group[2 + i] >> 4) - 8) * x[i + kGroup / 2];
  }
  return sum;
}

/// 32 nibbles as they are, from 0 on.
inline int32_t dot_nibbles(const uint8_t* bytes, const int8_t* x) {
  int32_t sum = 0;
  for (int64_t i = 0; i < kGroup / 2; ++i) {
    sum += (bytes[i] & 15) * x[i];
    sum += (bytes[i] >> 4) * x[i + kGroup / 2];
  }
  return sum;
}

using DotOfGroup = int32_t (*)(const uint8_t*, const int8_t*);

/// Groups first .. count of one row.
template <DotOfGroup kDot, int64_t kBytes>
inline float sum_groups(const uint8_t* row, RoundedVector x, int64_t first, int64_t count) {
  float sum = 0;
  for (int64_t g = first; g < count; ++g)
    sum += static_cast<float>(kDot(row + g * kBytes, x.values + g * kGroup)) *
           (scale_of(row + g * kBytes) * x.scales[g]);
  return sum;
}

/// Calls Rows::run<n>(first row, out) for all rows, kTogether at once and the rest one by one. A row is
/// made of blocks: kBytes for kElements.
template <class Rows, int kTogether, class Vector = RoundedVector>
inline void by_rows(const void* weights, Vector x, int64_t rows, int64_t columns, float* out) {
  const int64_t bytes = columns / Rows::kElements * Rows::kBytes;
  const auto* at = static_cast<const uint8_t*>(weights);
  int64_t row = 0;
  for (; row + kTogether <= rows; row += kTogether)
    Rows::template run<kTogether>(at + row * bytes, x, columns, out + row);
  for (; row < rows; ++row) Rows::template run<1>(at + row * bytes, x, columns, out + row);
}

/// A rounded vector and the sums of its blocks, scales included: what a zero point is multiplied with.
struct SummedVector {
  RoundedVector rounded;
  const float* sums;  ///< [columns / kBlockG128]
};

inline int32_t sum_of_group(const int8_t* values) {
  int32_t sum = 0;
  for (int64_t i = 0; i < kGroup; ++i) sum += values[i];
  return sum;
}

/// The sums are made once for all rows.
template <class Rows, int kTogether>
inline void by_rows_g128(const void* weights, RoundedVector x, int64_t rows, int64_t columns, float* out) {
  float sums[kMaxColumnsG128 / kBlockG128];
  for (int64_t b = 0; b * kBlockG128 < columns; ++b) {
    sums[b] = 0;
    for (int64_t g = b * kBlockG128 / kGroup; g < (b + 1) * kBlockG128 / kGroup; ++g)
      sums[b] += x.scales[g] * static_cast<float>(sum_of_group(x.values + g * kGroup));
  }
  by_rows<Rows, kTogether>(weights, SummedVector{x, sums}, rows, columns, out);
}

inline float dot_f32(const float* weights, const float* x, int64_t count) {
  float lanes[kPartial] = {};
  for (int64_t i = 0; i < count; i += kPartial)
    for (int lane = 0; lane < kPartial; ++lane) lanes[lane] += weights[i + lane] * x[i + lane];
  float sum = 0;
  for (int lane = 0; lane < kPartial; ++lane) sum += lanes[lane];
  return sum;
}

inline void matvec_f32(const void* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  const auto* const at = static_cast<const float*>(weights);
  for (int64_t row = 0; row < rows; ++row) out[row] = dot_f32(at + row * columns, x, columns);
}

}  // namespace
}  // namespace hpct::qwen
