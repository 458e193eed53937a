// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/definitions.h"

#include <array>
#include <complex>
#include <functional>

#include "workloads/qwen/share.h"

namespace hpct::qwen::definition {
namespace {

/// Eight partial sums: one would wait for each addition.
double dot(const Vector& x, const float* weights) {
  std::array<double, 8> sums{};
  std::size_t i = 0;
  for (; i + 8 <= x.size(); i += 8)
    for (std::size_t lane = 0; lane < 8; ++lane)
      sums[lane] += x[i + lane] * static_cast<double>(weights[i + lane]);
  for (; i < x.size(); ++i) sums[0] += x[i] * static_cast<double>(weights[i]);
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace

std::vector<Vector> products(const Matrix& matrix, const std::vector<Vector>& x, ThreadTeam& team) {
  std::vector<Vector> result(x.size(), Vector(static_cast<std::size_t>(matrix.rows)));
  team.run([&](int member) {
    const auto part = share_of(matrix.rows, member, team.size());
    std::vector<float> weights(static_cast<std::size_t>(matrix.columns));
    for (auto row = part.begin; row < part.end; ++row) {
      expand(matrix.format, matrix.row(row), matrix.columns, weights.data());
      for (std::size_t t = 0; t < x.size(); ++t)
        result[t][static_cast<std::size_t>(row)] = dot(x[t], weights.data());
    }
  });
  return result;
}

Vector normalised(const Vector& x, const float* gain, double epsilon) {
  const double squares = std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
  const double root = std::sqrt(squares / static_cast<double>(x.size()) + epsilon);
  Vector result;
  for (std::size_t i = 0; i < x.size(); ++i) result.push_back(gain[i] * x[i] / root);
  return result;
}

void accumulate(Vector& x, const Vector& y) {
  std::transform(x.begin(), x.end(), y.begin(), x.begin(), std::plus<>{});
}

void rotate(double* head, const Shape& shape, std::int64_t position) {
  const auto half = shape.head_dim / 2;
  for (std::int64_t i = 0; i < half; ++i) {
    const double exponent = static_cast<double>(i) / static_cast<double>(half);
    const double angle = static_cast<double>(position) / std::pow(shape.rope_theta, exponent);
    const auto turned = std::complex(head[i], head[i + half]) * std::polar(1.0, angle);
    head[i] = turned.real();
    head[i + half] = turned.imag();
  }
}

Vector gated(const Vector& gate, Vector up) {
  for (std::size_t i = 0; i < up.size(); ++i) up[i] *= gate[i] / (1.0 + std::exp(-gate[i]));
  return up;
}

}  // namespace hpct::qwen::definition
