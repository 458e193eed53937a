// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "workloads/qwen/matrix.h"
#include "workloads/thread_team.h"

/// The kernels of the model by their definitions, in double precision: what both references are made of. They
/// share no arithmetic with any measured kernel.
namespace hpct::qwen::definition {

using Vector = std::vector<double>;

/// matrix * x for each x. Every row of the matrix is expanded once for all of them.
std::vector<Vector> products(const Matrix& matrix, const std::vector<Vector>& x, ThreadTeam& team);

/// x / sqrt(mean(x^2) + epsilon) * gain.
Vector normalised(const Vector& x, const float* gain, double epsilon);

/// x += y.
void accumulate(Vector& x, const Vector& y);

/// Rotary embedding of a head: (x[i], x[i + h/2]) is a complex number, turned by an angle.
void rotate(double* head, const Shape& shape, std::int64_t position);

/// gate / (1 + exp(-gate)) * up.
Vector gated(const Vector& gate, Vector up);

/// Attention of one query head: softmax over `count` positions, then the weighted mean of the values.
/// key(p) and value(p) are `const float*` to a position's row of `dim`, read before the next is asked for.
template <class Key, class Value>
Vector attend(const double* query, std::int64_t dim, std::int64_t count, Key key, Value value) {
  Vector weights;
  for (std::int64_t p = 0; p < count; ++p) {
    const float* const row = key(p);
    double score = 0;
    for (std::int64_t i = 0; i < dim; ++i) score += query[i] * static_cast<double>(row[i]);
    weights.push_back(score / std::sqrt(static_cast<double>(dim)));
  }
  const double largest = *std::max_element(weights.begin(), weights.end());
  for (auto& weight : weights) weight = std::exp(weight - largest);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  Vector mean(static_cast<std::size_t>(dim));
  for (std::int64_t p = 0; p < count; ++p) {
    const float* const row = value(p);
    const double weight = weights[static_cast<std::size_t>(p)] / sum;
    for (std::int64_t i = 0; i < dim; ++i)
      mean[static_cast<std::size_t>(i)] += weight * static_cast<double>(row[i]);
  }
  return mean;
}

}  // namespace hpct::qwen::definition
