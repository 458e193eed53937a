// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numeric>

#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

using Vector = std::vector<double>;
using Vectors = std::vector<Vector>;  ///< by row

constexpr const char* kReference = "double-precision steps, token by token, on the same weights";

/// Eight partial sums: one would wait for each addition.
double dot(const Vector& x, const float* weights) {
  std::array<double, 8> sums{};
  for (std::size_t i = 0; i < x.size(); i += 8)  // a multiple of 32
    for (std::size_t lane = 0; lane < 8; ++lane)
      sums[lane] += x[i + lane] * static_cast<double>(weights[i + lane]);
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

/// Every row of the matrix is expanded once for all vectors.
Vectors product(const Matrix& matrix, const Vectors& x, ThreadTeam& team) {
  Vectors result(x.size(), Vector(static_cast<std::size_t>(matrix.rows)));
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

Vectors normalised(const Vectors& x, const float* gain, double epsilon) {
  Vectors result = x;
  for (auto& row : result) {
    const double squares = std::inner_product(row.begin(), row.end(), row.begin(), 0.0);
    const double root = std::sqrt(squares / static_cast<double>(row.size()) + epsilon);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = gain[i] * row[i] / root;
  }
  return result;
}

void accumulate(Vectors& x, const Vectors& y) {
  for (std::size_t t = 0; t < x.size(); ++t)
    std::transform(x[t].begin(), x[t].end(), y[t].begin(), x[t].begin(), std::plus<>{});
}

/// By its definition: (x[i], x[i + h/2]) is a complex number, turned by an angle.
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

/// The distance of neighbouring bf16 numbers around `value`: 8 bits of precision.
double bf16_step(double value) { return value == 0 ? 0 : std::ldexp(1.0, std::ilogb(value) - 7); }

/// One row against the cache.
class Looking {
 public:
  Looking(const Shape& shape, const PagedCache& cache, const BatchRow& row, std::int64_t layer)
      : shape_(shape), cache_(cache), row_(row), layer_(layer) {}

  /// What was stored for the row, against what should have been.
  [[nodiscard]] double excess(const double* keys, const double* values) const {
    const auto slot = cache_.slot(*row_.table, row_.position);
    double worst = 0;
    for (std::int64_t head = 0; head < shape_.kv_heads; ++head) {
      worst = worse(worst, excess_of(keys + head * shape_.head_dim, cache_.keys(layer_, head, slot)));
      worst = worse(worst, excess_of(values + head * shape_.head_dim, cache_.values(layer_, head, slot)));
    }
    return worst;
  }

  /// Softmax over all positions, then the weighted mean of the values.
  void attend(std::int64_t head, const double* query, double* mean) const {
    const auto dim = shape_.head_dim;
    const auto shared = head / shape_.group();
    Vector weights;
    for (std::int64_t p = 0; p <= row_.position; ++p) {
      const Bf16* const key = cache_.keys(layer_, shared, cache_.slot(*row_.table, p));
      double score = 0;
      for (std::int64_t i = 0; i < dim; ++i) score += query[i] * expand(key[i]);
      weights.push_back(score / std::sqrt(static_cast<double>(dim)));
    }
    const double largest = *std::max_element(weights.begin(), weights.end());
    for (auto& weight : weights) weight = std::exp(weight - largest);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::int64_t p = 0; p <= row_.position; ++p) {
      const Bf16* const value = cache_.values(layer_, shared, cache_.slot(*row_.table, p));
      const double weight = weights[static_cast<std::size_t>(p)] / sum;
      for (std::int64_t i = 0; i < dim; ++i) mean[i] += weight * expand(value[i]);
    }
  }

 private:
  /// A NaN is the worst.
  static double worse(double a, double b) { return b <= a ? a : (std::isnan(b) ? INFINITY : b); }

  [[nodiscard]] double excess_of(const double* exact, const Bf16* stored) const {
    double largest = 0;
    for (std::int64_t i = 0; i < shape_.head_dim; ++i) largest = std::max(largest, std::abs(exact[i]));
    double worst = 0;
    for (std::int64_t i = 0; i < shape_.head_dim; ++i) {
      const double beyond = std::abs(exact[i] - expand(stored[i])) - 0.5 * bf16_step(exact[i]);
      worst = worse(worst, beyond / largest);
    }
    return worst;
  }

  const Shape& shape_;
  const PagedCache& cache_;
  const BatchRow& row_;
  std::int64_t layer_;
};

Vectors attention(const Shape& shape, const PagedCache& cache, std::span<const BatchRow> rows,
                  std::int64_t layer, Vectors qkv, ThreadTeam& team, double& excess) {
  const auto dim = shape.head_dim;
  Vectors all(rows.size(), Vector(static_cast<std::size_t>(shape.query_size())));
  for (std::size_t t = 0; t < rows.size(); ++t) {
    for (std::int64_t head = 0; head < shape.heads + shape.kv_heads; ++head)
      rotate(qkv[t].data() + head * dim, shape, rows[t].position);
    const double* const keys = qkv[t].data() + shape.query_size();
    excess = std::max(excess, Looking(shape, cache, rows[t], layer).excess(keys, keys + shape.kv_size()));
  }
  const auto pieces = static_cast<std::int64_t>(rows.size()) * shape.heads;
  team.run([&](int member) {
    for (std::int64_t piece = member; piece < pieces; piece += team.size()) {
      const auto t = static_cast<std::size_t>(piece / shape.heads);
      const auto head = piece % shape.heads;
      Looking(shape, cache, rows[t], layer)
          .attend(head, qkv[t].data() + head * dim, all[t].data() + head * dim);
    }
  });
  return all;
}

Vectors gated(const Vectors& gate, Vectors up) {
  for (std::size_t t = 0; t < up.size(); ++t)
    for (std::size_t i = 0; i < up[t].size(); ++i) up[t][i] *= gate[t][i] / (1.0 + std::exp(-gate[t][i]));
  return up;
}

Vectors queries_keys_values(const Shape& shape, const Weights& weights, std::int64_t layer, const Vectors& x,
                            ThreadTeam& team) {
  const auto& at = weights.matrices.layers[static_cast<std::size_t>(layer)];
  auto qkv = product(at.query, x, team);
  for (const auto* matrix : {&at.key, &at.value}) {
    const auto more = product(*matrix, x, team);
    for (std::size_t t = 0; t < x.size(); ++t) qkv[t].insert(qkv[t].end(), more[t].begin(), more[t].end());
  }
  const float* const bias = weights.bias(shape, layer);
  accumulate(qkv, Vectors(x.size(), Vector(bias, bias + shape.qkv_rows())));
  return qkv;
}

Vectors embedded(const Shape& shape, const Matrix& embedding, std::span<const BatchRow> rows) {
  Vectors x;
  std::vector<float> row(static_cast<std::size_t>(shape.hidden));
  for (const auto& one : rows) {
    expand(embedding.format, embedding.row(one.token), shape.hidden, row.data());
    x.emplace_back(row.begin(), row.end());
  }
  return x;
}

/// Distance of the worst logit, infinite for a NaN.
double worst_error(std::span<const float> logits, const Vector& wanted) {
  double worst = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double error = std::abs(static_cast<double>(logits[i]) - wanted[i]);
    worst = error <= worst ? worst : (std::isnan(error) ? INFINITY : error);
  }
  return worst;
}

}  // namespace

Expected<BatchReference> batch_reference(const Shape& shape, const Weights& weights, const PagedCache& cache,
                                         std::span<const BatchRow> rows, ThreadTeam& team) {
  BatchReference reference;
  auto x = embedded(shape, weights.matrices.embedding, rows);
  const double epsilon = shape.norm_epsilon;
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    if (interrupt_requested())
      return fail(ErrorCode::interrupted, "interrupted while computing the reference");
    const auto& at = weights.matrices.layers[static_cast<std::size_t>(layer)];
    const auto before = normalised(x, weights.attention_gain(shape, layer), epsilon);
    auto qkv = queries_keys_values(shape, weights, layer, before, team);
    const auto attended =
        attention(shape, cache, rows, layer, std::move(qkv), team, reference.rounding_excess);
    accumulate(x, product(at.output, attended, team));
    const auto after = normalised(x, weights.mlp_gain(shape, layer), epsilon);
    const auto mlp = gated(product(at.gate, after, team), product(at.up, after, team));
    accumulate(x, product(at.down, mlp, team));
  }
  reference.logits =
      product(weights.matrices.lm_head, normalised(x, weights.final_gain(shape), epsilon), team);
  return reference;
}

Check batch_agreement(std::span<const RowResult> results, const BatchReference& reference, double tolerance) {
  Check check{.ok = reference.rounding_excess <= tolerance, .reference = kReference, .message = {}};
  double worst = 0;
  for (std::size_t t = 0; t < results.size(); ++t) {
    const auto& wanted = reference.logits[t];
    double scale = 0;
    for (const double logit : wanted) scale = std::max(scale, std::abs(logit));
    worst = std::max(worst, worst_error(results[t].logits, wanted) / scale);
    const auto token = results[t].token;
    const bool legal = token >= 0 && token < static_cast<std::int64_t>(wanted.size());
    const double best = *std::max_element(wanted.begin(), wanted.end());
    check.ok = check.ok && legal && best - wanted[static_cast<std::size_t>(token)] <= tolerance * scale;
  }
  check.ok = check.ok && worst <= tolerance;
  check.message = fmt::format("largest error of {} rows {:.2g} of the largest logit, allowed {:.2g}",
                              results.size(), worst, tolerance);
  if (!check.ok)
    check.message += fmt::format("; of what was stored {:.2g} beyond rounding", reference.rounding_excess);
  return check;
}

}  // namespace hpct::qwen
