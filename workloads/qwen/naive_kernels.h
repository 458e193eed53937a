// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <vector>

#include "workloads/qwen/bf16.h"

/// One plain function per kernel of the decode step, over any scalar type T: float when it is
/// measured, a counting type in the test that checks the declared work. Constants, weights and
/// cache entries are converted with T(value), which is not arithmetic.
namespace hpct::qwen::naive {

inline float expand(float value) { return value; }
using qwen::expand;

/// out[r] = sum over c of weights[r][c] * x[c].
template <class T>
void matvec(const T* weights, const T* x, std::int64_t rows, std::int64_t columns, T* out) {
  for (std::int64_t row = 0; row < rows; ++row) {
    T sum(0.0F);
    for (std::int64_t i = 0; i < columns; ++i) sum += weights[row * columns + i] * x[i];
    out[row] = sum;
  }
}

/// Elements that share a scale, here and in the block formats.
inline constexpr std::int64_t kRoundedGroup = 32;

/// x[i] is about scales[i / 32] * values[i], values being whole numbers up to 127.
template <class T>
void round_groups(const T* x, std::int64_t count, T* values, T* scales) {
  for (std::int64_t first = 0; first < count; first += kRoundedGroup) {
    T largest(0.0F);
    for (std::int64_t i = first; i < first + kRoundedGroup; ++i) {
      const T magnitude = x[i] < T(0.0F) ? -x[i] : x[i];
      if (largest < magnitude) largest = magnitude;
    }
    const T inverse = T(127.0F) / largest;
    scales[first / kRoundedGroup] = largest / T(127.0F);
    for (std::int64_t i = first; i < first + kRoundedGroup; ++i)
      values[i] = T(std::nearbyint(static_cast<float>(x[i] * inverse)));
  }
}

/// The product of weights and a vector that are both whole numbers with a scale for each group.
template <class T>
void matvec_groups(const std::int8_t* weights, const float* scales, const T* x, const T* x_scales,
                   std::int64_t rows, std::int64_t columns, T* out) {
  for (std::int64_t row = 0; row < rows; ++row) {
    out[row] = T(0.0F);
    for (std::int64_t first = 0; first < columns; first += kRoundedGroup) {
      T sum(0.0F);
      for (std::int64_t i = first; i < first + kRoundedGroup; ++i)
        sum += T(static_cast<float>(weights[row * columns + i])) * x[i];
      out[row] +=
          sum * (T(scales[(row * columns + first) / kRoundedGroup]) * x_scales[first / kRoundedGroup]);
    }
  }
}

/// The same with a scale and a zero point for each kZeroBlock weights; `x_sums` are those of the blocks of x,
/// scales included.
inline constexpr std::int64_t kZeroBlock = 128;

template <class T>
void matvec_zero_points(const std::uint8_t* weights, const float* scales, const float* zeros, const T* x,
                        const T* x_scales, const T* x_sums, std::int64_t rows, std::int64_t columns, T* out) {
  for (std::int64_t row = 0; row < rows; ++row) {
    out[row] = T(0.0F);
    for (std::int64_t first = 0; first < columns; first += kZeroBlock) {
      T block(0.0F);
      for (std::int64_t group = first; group < first + kZeroBlock; group += kRoundedGroup) {
        T sum(0.0F);
        for (std::int64_t i = group; i < group + kRoundedGroup; ++i)
          sum += T(static_cast<float>(weights[row * columns + i])) * x[i];
        block += sum * x_scales[group / kRoundedGroup];
      }
      const auto at = (row * columns + first) / kZeroBlock;
      out[row] += T(scales[at]) * (block - T(zeros[at]) * x_sums[first / kZeroBlock]);
    }
  }
}

template <class T>
void add(const T* x, std::int64_t count, T* out) {
  for (std::int64_t i = 0; i < count; ++i) out[i] += x[i];
}

template <class T>
void add_bias(const float* bias, std::int64_t count, T* out) {
  for (std::int64_t i = 0; i < count; ++i) out[i] += T(bias[i]);
}

/// out = x / sqrt(mean(x^2) + epsilon) * gain.
template <class T>
void rmsnorm(const T* x, const float* gain, std::int64_t count, float epsilon, T* out) {
  using std::sqrt;
  T squares(0.0F);
  for (std::int64_t i = 0; i < count; ++i) squares += x[i] * x[i];
  const T scale = T(1.0F) / sqrt(squares / T(static_cast<float>(count)) + T(epsilon));
  for (std::int64_t i = 0; i < count; ++i) out[i] = x[i] * scale * T(gain[i]);
}

/// Rotates the pairs (i, i + h/2) of one head ("rotate half", not neighbours).
template <class T>
void rope(const float* cosines, const float* sines, std::int64_t half, T* head) {
  for (std::int64_t i = 0; i < half; ++i) {
    const T low = head[i];
    const T high = head[i + half];
    head[i] = low * T(cosines[i]) - high * T(sines[i]);
    head[i + half] = high * T(cosines[i]) + low * T(sines[i]);
  }
}

template <class T>
void append(const T* head, std::int64_t count, Bf16* out) {
  for (std::int64_t i = 0; i < count; ++i) out[i] = round_to_bf16(static_cast<float>(head[i]));
}

/// Keys and values as they are stored, or already widened.
template <class T, class Stored>
void scores(const T* query, const Stored* keys, std::int64_t positions, std::int64_t dim, T* out) {
  const T scale(1.0F / std::sqrt(static_cast<float>(dim)));
  for (std::int64_t p = 0; p < positions; ++p) {
    T sum(0.0F);
    for (std::int64_t i = 0; i < dim; ++i) sum += query[i] * T(expand(keys[p * dim + i]));
    out[p] = sum * scale;
  }
}

/// Replaces scores by exp(score - largest) and returns their sum: no score overflows.
template <class T>
T exponentials(std::int64_t count, T* scores) {
  using std::exp;
  T largest = scores[0];
  for (std::int64_t p = 1; p < count; ++p)
    if (largest < scores[p]) largest = scores[p];
  T sum(0.0F);
  for (std::int64_t p = 0; p < count; ++p) {
    scores[p] = exp(scores[p] - largest);
    sum += scores[p];
  }
  return sum;
}

/// One query head against the keys and values of its group. `scratch` holds one score each.
template <class T, class Stored>
void attention(const T* query, const Stored* keys, const Stored* values, std::int64_t positions,
               std::int64_t dim, T* scratch, T* out) {
  scores(query, keys, positions, dim, scratch);
  const T normaliser = T(1.0F) / exponentials(positions, scratch);
  for (std::int64_t i = 0; i < dim; ++i) out[i] = T(0.0F);
  for (std::int64_t p = 0; p < positions; ++p)
    for (std::int64_t i = 0; i < dim; ++i) out[i] += scratch[p] * T(expand(values[p * dim + i]));
  for (std::int64_t i = 0; i < dim; ++i) out[i] = out[i] * normaliser;
}

/// gate = silu(gate) * up, with silu(g) = g / (1 + exp(-g)).
template <class T>
void silu_multiply(const T* up, std::int64_t count, T* gate) {
  using std::exp;
  for (std::int64_t i = 0; i < count; ++i) gate[i] = gate[i] / (T(1.0F) + exp(-gate[i])) * up[i];
}

/// The first of the largest.
template <class T>
std::int64_t argmax(const T* values, std::int64_t count) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < count; ++i)
    if (values[best] < values[i]) best = i;
  return best;
}

}  // namespace hpct::qwen::naive
