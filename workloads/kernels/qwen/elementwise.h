// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>
#include <string.h>

#include "workloads/qwen/kernels.h"

/// The kernels that are plain loops, written so that the compiler vectorises them for whatever
/// instruction set the including file is compiled for: no calls, no branches, sixteen partial
/// results where a sum or a maximum is carried. Everything has internal linkage, so each
/// instruction set keeps its own copy.
namespace hpct::qwen {
namespace {

constexpr int kLanes = 16;

inline uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

inline float widen(uint16_t value) { return float_of(static_cast<uint32_t>(value) << 16); }

/// To nearest, ties to even.
inline uint16_t narrow(float value) {
  const uint32_t bits = bits_of(value);
  return static_cast<uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

inline void from_bf16(const uint16_t* from, int64_t count, float* to) {
  for (int64_t i = 0; i < count; ++i) to[i] = widen(from[i]);
}

inline void to_bf16(const float* from, int64_t count, uint16_t* to) {
  for (int64_t i = 0; i < count; ++i) to[i] = narrow(from[i]);
}

/// exp(x) within 1.2e-7 relative for |x| <= 87; outside, the value at the border. A NaN stays one.
/// x = n ln 2 + r with |r| <= ln 2 / 2, exp(r) by its Taylor series up to r^7 / 7!, whose rest is
/// below 6e-9, and 2^n written into the exponent bits.
/// One comparison, of the magnitude: of two, one after the other, g++ 12 makes branches, and then no vectors.
inline float exponential(float x) {
  constexpr float kLargest = 87.0F;
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it rounds to a whole number, in the low bits
  const uint32_t sign = bits_of(x) & 0x80000000U;
  const float magnitude = float_of(bits_of(x) ^ sign);
  x = float_of(bits_of(magnitude > kLargest ? kLargest : magnitude) | sign);
  const float shifted = x * 1.44269504F + kRound;
  const float n = shifted - kRound;
  const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;  // ln 2 in two parts, the first exact
  float sum = 1.0F / 5040.0F;
  sum = sum * r + 1.0F / 720.0F;
  sum = sum * r + 1.0F / 120.0F;
  sum = sum * r + 1.0F / 24.0F;
  sum = sum * r + 1.0F / 6.0F;
  sum = sum * r + 0.5F;
  sum = sum * r + 1.0F;
  sum = sum * r + 1.0F;
  return sum * float_of((bits_of(shifted) + 127U) << 23);
}

inline float total(const float* lanes) {
  float sum = 0;
  for (int i = 0; i < kLanes; ++i) sum += lanes[i];
  return sum;
}

/// Exact in float and double alike up to the last bit: used once per vector, not in loops.
inline float square_root(float x) { return __builtin_sqrtf(x); }

inline void rmsnorm(const float* x, const float* gain, int64_t count, float epsilon, float* out) {
  float lanes[kLanes] = {};
  for (int64_t i = 0; i < count; i += kLanes)
    for (int lane = 0; lane < kLanes; ++lane) lanes[lane] += x[i + lane] * x[i + lane];
  const float scale = 1.0F / square_root(total(lanes) / static_cast<float>(count) + epsilon);
  for (int64_t i = 0; i < count; ++i) out[i] = x[i] * scale * gain[i];
}

inline void rope(const float* cosines, const float* sines, int64_t half, float* head) {
  float* const high = head + half;
  for (int64_t i = 0; i < half; ++i) {
    const float a = head[i];
    const float b = high[i];
    head[i] = a * cosines[i] - b * sines[i];
    high[i] = b * cosines[i] + a * sines[i];
  }
}

inline void silu_multiply(const float* gate, const float* up, int64_t count, float* out) {
  for (int64_t i = 0; i < count; ++i) out[i] = gate[i] / (1.0F + exponential(-gate[i])) * up[i];
}

/// The largest of `values`, at least `least`. A NaN is passed over.
inline float largest_of(const float* values, int64_t count, float least) {
  float lanes[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) lanes[lane] = least;
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (int lane = 0; lane < kLanes; ++lane)
      lanes[lane] = values[i + lane] > lanes[lane] ? values[i + lane] : lanes[lane];
  for (; i < count; ++i) lanes[0] = values[i] > lanes[0] ? values[i] : lanes[0];
  for (int lane = 1; lane < kLanes; ++lane) lanes[0] = lanes[lane] > lanes[0] ? lanes[lane] : lanes[0];
  return lanes[0];
}

inline int64_t argmax(const float* values, int64_t count) {
  const float largest = largest_of(values, count, -__builtin_inff());
  for (int64_t i = 0; i < count; ++i)
    if (values[i] == largest) return i;
  return 0;
}

/// Replaces scores by exp(score - largest) and returns their sum.
inline float exponentials(float* scores, int64_t count, float largest) {
  float lanes[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    for (int lane = 0; lane < kLanes; ++lane) {
      scores[i + lane] = exponential(scores[i + lane] - largest);
      lanes[lane] += scores[i + lane];
    }
  for (; i < count; ++i) {
    scores[i] = exponential(scores[i] - largest);
    lanes[0] += scores[i];
  }
  return total(lanes);
}

using AttendPart = void (*)(const Attend&);

/// Attention of one part out of its two matrix products, which are the including file's own:
/// scores(part) fills part.scores with scaled products, sums(part) weighs the values.
inline void attend_with(const Attend& part, AttendPart scores, AttendPart sums) {
  scores(part);
  for (int64_t g = 0; g < part.group; ++g) {
    float* const own = part.scores + g * part.count;
    part.largest[g] = largest_of(own, part.count, -__builtin_inff());
    part.weights[g] = exponentials(own, part.count, part.largest[g]);
  }
  sums(part);
}

/// Positions whose keys and values, and scores, stay in the first cache.
constexpr int64_t kPositions = 64;
constexpr int64_t kLargestGroup = 8;
constexpr int64_t kLargestDim = 128;

/// Adds what a block has to what the blocks before it have; the larger of the largest scores rules.
inline void join(const Attend& block, const Attend& all) {
  for (int64_t g = 0; g < all.group; ++g) {
    const bool higher = block.largest[g] > all.largest[g];
    const float largest = higher ? block.largest[g] : all.largest[g];
    const float before = exponential(all.largest[g] - largest);
    const float now = exponential(block.largest[g] - largest);
    all.largest[g] = largest;
    all.weights[g] = before * all.weights[g] + now * block.weights[g];
    float* const to = all.sums + g * all.dim;
    const float* const from = block.sums + g * all.dim;
    for (int64_t i = 0; i < all.dim; ++i) to[i] = before * to[i] + now * from[i];
  }
}

/// The same block by block, so that scores, and values that are read in several passes, stay in the cache.
/// A row of keys or values has `row_bytes`.
inline void attend_in_blocks(const Attend& part, int64_t row_bytes, AttendPart scores, AttendPart sums) {
  float block_scores[kLargestGroup * kPositions];
  float block_sums[kLargestGroup * kLargestDim];
  float largest[kLargestGroup];
  float weights[kLargestGroup];
  Attend block = part;
  block.count = part.count < kPositions ? part.count : kPositions;
  attend_with(block, scores, sums);  // the first one straight into the result
  block.scores = block_scores;
  block.sums = block_sums;
  block.largest = largest;
  block.weights = weights;
  for (int64_t first = block.count; first < part.count; first += kPositions) {
    const int64_t left = part.count - first;
    block.count = left < kPositions ? left : kPositions;
    block.keys = part.keys + first * row_bytes / 2;
    block.values = part.values + first * row_bytes / 2;
    attend_with(block, scores, sums);
    join(block, part);
  }
}

/// The head size is a constant in the vector kernels: loops over it must unroll into registers.
inline AttendPart chosen_by_dim(int64_t dim, AttendPart at32, AttendPart at64, AttendPart at96,
                                AttendPart at128) {
  const AttendPart all[] = {at32, at64, at96, at128};
  return all[dim / 32 - 1];
}

/// The same for the number of query heads that share keys and values: 1 .. 8.
template <class... Parts>
inline AttendPart chosen_by_group(int64_t group, Parts... parts) {
  const AttendPart all[] = {parts...};
  return all[group - 1];
}

inline float score_scale(int64_t dim) { return 1.0F / square_root(static_cast<float>(dim)); }

}  // namespace
}  // namespace hpct::qwen
