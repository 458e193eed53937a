// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/qwen/elementwise.h"
#include "workloads/qwen/half.h"
#include "workloads/qwen/kv_kernels.h"
#include "workloads/qwen/weight_kernels.h"

/// Attention over any cache format by plain loops that the compiler turns into its vectors: some rows are
/// widened to floats that stay in the first cache, and used by all heads of the group.
namespace hpct::qwen {
namespace {

constexpr int64_t kRowsAtOnce = 16;

/// Says how a row is stored: its bytes, and how it becomes floats.
struct RowFormat {
  int64_t bytes;
  void (*widen)(const char* row, int64_t dim, float* to);
};

inline void widen_f16_row(const char* row, int64_t dim, float* to) {
  for (int64_t i = 0; i < dim; ++i) {
    Half bits;
    memcpy(&bits, row + 2 * i, sizeof bits);
    to[i] = widen_half(bits);
  }
}

inline void widen_q8_row(const char* row, int64_t dim, float* to) {
  for (int64_t i = 0; i < dim; i += kGroup, row += kBytesQ8) {
    Half bits;
    memcpy(&bits, row, sizeof bits);
    const float scale = widen_half(bits);
    const auto* const values = reinterpret_cast<const signed char*>(row + 2);
    for (int64_t k = 0; k < kGroup; ++k) to[i + k] = scale * static_cast<float>(values[k]);
  }
}

inline float dot_floats(const float* a, const float* b, int64_t count) {
  float lanes[kLanes] = {};
  for (int64_t i = 0; i < count; i += kLanes)
    for (int lane = 0; lane < kLanes; ++lane) lanes[lane] += a[i + lane] * b[i + lane];
  return total(lanes);
}

/// Up to kRowsAtOnce positions from `first` on; `block` says where scores and results go.
inline void attend_some(const AttendRows& part, RowFormat format, int64_t first, const Attend& block) {
  float rows[kRowsAtOnce * kLargestDim];
  const auto widen = [&](const void* from) {
    for (int64_t p = 0; p < block.count; ++p)
      format.widen(static_cast<const char*>(from) + (first + p) * format.bytes, part.dim,
                   rows + p * part.dim);
  };
  const float scale = score_scale(part.dim);
  widen(part.keys);
  for (int64_t g = 0; g < part.group; ++g) {
    float* const own = block.scores + g * block.count;
    for (int64_t p = 0; p < block.count; ++p)
      own[p] = scale * dot_floats(part.queries + g * part.dim, rows + p * part.dim, part.dim);
    block.largest[g] = largest_of(own, block.count, -__builtin_inff());
    block.weights[g] = exponentials(own, block.count, block.largest[g]);
  }
  widen(part.values);
  for (int64_t g = 0; g < part.group; ++g) {
    float* const out = block.sums + g * part.dim;
    for (int64_t i = 0; i < part.dim; ++i) out[i] = 0;
    for (int64_t p = 0; p < block.count; ++p) {
      const float weight = block.scores[g * block.count + p];
      for (int64_t i = 0; i < part.dim; ++i) out[i] += weight * rows[p * part.dim + i];
    }
  }
}

inline void attend_widened(const AttendRows& part, RowFormat format) {
  float scores[kLargestGroup * kRowsAtOnce];
  float sums[kLargestGroup * kLargestDim];
  float largest[kLargestGroup];
  float weights[kLargestGroup];
  Attend all{part.queries, nullptr, nullptr,   part.group,   part.dim,
             part.count,   nullptr, part.sums, part.largest, part.weights};
  for (int64_t g = 0; g < part.group; ++g) {
    part.largest[g] = -__builtin_inff();
    part.weights[g] = 0;
  }
  for (int64_t i = 0; i < part.group * part.dim; ++i) part.sums[i] = 0;
  Attend block = all;
  block.scores = scores;
  for (int64_t first = 0; first < part.count; first += kRowsAtOnce) {
    const int64_t left = part.count - first;
    block.count = left < kRowsAtOnce ? left : kRowsAtOnce;
    block.sums = first == 0 ? part.sums : sums;  // the first block straight into the result
    block.largest = first == 0 ? part.largest : largest;
    block.weights = first == 0 ? part.weights : weights;
    attend_some(part, format, first, block);
    if (first > 0) join(block, all);
  }
}

inline void attend_f16_widened(const AttendRows& part) {
  attend_widened(part, {2 * part.dim, widen_f16_row});
}

inline void attend_q8_widened(const AttendRows& part) {
  attend_widened(part, {part.dim / kGroup * kBytesQ8, widen_q8_row});
}

}  // namespace
}  // namespace hpct::qwen
