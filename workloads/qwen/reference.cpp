// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/reference.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numeric>

#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

using Vector = std::vector<double>;

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

Vector product(const Matrix& matrix, const Vector& x, ThreadTeam& team) {
  Vector result(static_cast<std::size_t>(matrix.rows));
  team.run([&](int member) {
    const auto part = share_of(matrix.rows, member, team.size());
    std::vector<float> weights(x.size());
    for (auto row = part.begin; row < part.end; ++row) {
      expand(matrix.format, matrix.row(row), matrix.columns, weights.data());
      result[static_cast<std::size_t>(row)] = dot(x, weights.data());
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

/// Rotary embedding by its definition: (x[i], x[i + h/2]) is a complex number, turned by an angle.
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

double stored(double value) { return expand(round_to_bf16(static_cast<float>(value))); }

/// Attention of one query head: softmax over all positions, then the weighted mean of the values.
/// `key` and `value` are those of the current token, which are not in the cache yet.
Vector attend(const Model& model, std::int64_t layer, std::int64_t head, const double* query,
              const double* key, const double* value) {
  const auto dim = model.shape.head_dim;
  const auto group = head / model.shape.group();
  const auto key_at = [&](std::int64_t p, std::int64_t i) {
    return p == model.context ? stored(key[i]) : expand(model.cache.keys(layer, group)[p * dim + i]);
  };
  const auto value_at = [&](std::int64_t p, std::int64_t i) {
    return p == model.context ? stored(value[i]) : expand(model.cache.values(layer, group)[p * dim + i]);
  };
  Vector weights;
  for (std::int64_t p = 0; p <= model.context; ++p) {
    double score = 0;
    for (std::int64_t i = 0; i < dim; ++i) score += query[i] * key_at(p, i);
    weights.push_back(score / std::sqrt(static_cast<double>(dim)));
  }
  const double largest = *std::max_element(weights.begin(), weights.end());
  for (auto& weight : weights) weight = std::exp(weight - largest);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  Vector mean(static_cast<std::size_t>(dim));
  for (std::int64_t p = 0; p <= model.context; ++p)
    for (std::int64_t i = 0; i < dim; ++i)
      mean[static_cast<std::size_t>(i)] += weights[static_cast<std::size_t>(p)] / sum * value_at(p, i);
  return mean;
}

/// All query heads, shared out over the team.
Vector attention(const Model& model, std::int64_t layer, Vector qkv, ThreadTeam& team) {
  const auto& shape = model.shape;
  const auto dim = shape.head_dim;
  for (std::int64_t head = 0; head < shape.heads + shape.kv_heads; ++head)
    rotate(qkv.data() + head * dim, shape, model.context);
  const double* const keys = qkv.data() + shape.query_size();
  const double* const values = keys + shape.kv_size();
  Vector all(static_cast<std::size_t>(shape.query_size()));
  team.run([&](int member) {
    const auto part = share_of(shape.heads, member, team.size(), 1);
    for (auto head = part.begin; head < part.end; ++head) {
      const auto own = head / shape.group() * dim;
      const auto one = attend(model, layer, head, qkv.data() + head * dim, keys + own, values + own);
      std::copy(one.begin(), one.end(), all.begin() + head * dim);
    }
  });
  return all;
}

Vector gated(const Vector& gate, Vector up) {
  for (std::size_t i = 0; i < up.size(); ++i) up[i] *= gate[i] / (1.0 + std::exp(-gate[i]));
  return up;
}

void apply_layer(const Model& model, std::int64_t layer, Vector& x, ThreadTeam& team) {
  const auto& shape = model.shape;
  const auto& at = model.weights.matrices.layers[static_cast<std::size_t>(layer)];

  const auto before = normalised(x, model.weights.attention_gain(shape, layer), shape.norm_epsilon);
  auto qkv = product(at.query, before, team);
  for (const auto* matrix : {&at.key, &at.value}) {
    const auto more = product(*matrix, before, team);
    qkv.insert(qkv.end(), more.begin(), more.end());
  }
  const float* const bias = model.weights.bias(shape, layer);
  accumulate(qkv, Vector(bias, bias + shape.qkv_rows()));
  accumulate(x, product(at.output, attention(model, layer, std::move(qkv), team), team));

  const auto after = normalised(x, model.weights.mlp_gain(shape, layer), shape.norm_epsilon);
  const auto mlp = gated(product(at.gate, after, team), product(at.up, after, team));
  accumulate(x, product(at.down, mlp, team));
}

}  // namespace

Expected<std::vector<double>> reference_logits(const Model& model, ThreadTeam& team, Progress& progress) {
  const auto& shape = model.shape;
  const auto& matrices = model.weights.matrices;
  std::vector<float> row(static_cast<std::size_t>(shape.hidden));
  expand(matrices.embedding.format, matrices.embedding.row(model.token), shape.hidden, row.data());
  Vector x(row.begin(), row.end());
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "stopped while computing the reference");
    progress.update("computing the reference", static_cast<double>(layer), static_cast<double>(shape.layers));
    apply_layer(model, layer, x, team);
  }
  const auto final = normalised(x, model.weights.final_gain(shape), shape.norm_epsilon);
  return product(matrices.lm_head, final, team);
}

}  // namespace hpct::qwen
