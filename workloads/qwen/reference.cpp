// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/reference.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numeric>

#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

using Vector = std::vector<double>;

Vector product(const Bf16* matrix, std::size_t rows, const Vector& x, ThreadTeam& team) {
  Vector result(rows);
  team.run([&](int member) {
    const auto part = share_of(static_cast<std::int64_t>(rows), member, team.size());
    for (auto row = part.begin; row < part.end; ++row) {
      const Bf16* const weights = matrix + row * static_cast<std::int64_t>(x.size());
      result[static_cast<std::size_t>(row)] = std::transform_reduce(
          x.begin(), x.end(), weights, 0.0, std::plus<>{}, [](double a, Bf16 w) { return a * expand(w); });
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
  const Matrices<const Bf16> at(shape, model.weights.matrices.data());
  const auto hidden = x.size();
  const auto wide = static_cast<std::size_t>(shape.intermediate);

  const auto before = normalised(x, model.weights.attention_gain(shape, layer), shape.norm_epsilon);
  auto qkv = product(at.qkv(layer), static_cast<std::size_t>(shape.qkv_rows()), before, team);
  const float* const bias = model.weights.bias(shape, layer);
  accumulate(qkv, Vector(bias, bias + shape.qkv_rows()));
  const auto attended = attention(model, layer, std::move(qkv), team);
  accumulate(x, product(at.output(layer), hidden, attended, team));

  const auto after = normalised(x, model.weights.mlp_gain(shape, layer), shape.norm_epsilon);
  const auto gate = product(at.gate(layer), wide, after, team);
  const auto mlp = gated(gate, product(at.up(layer), wide, after, team));
  accumulate(x, product(at.down(layer), hidden, mlp, team));
}

}  // namespace

Expected<std::vector<double>> reference_logits(const Model& model, ThreadTeam& team, Progress& progress) {
  const auto& shape = model.shape;
  const Matrices<const Bf16> at(shape, model.weights.matrices.data());
  const Bf16* const row = at.embedding() + model.token * shape.hidden;
  Vector x(static_cast<std::size_t>(shape.hidden));
  std::transform(row, row + shape.hidden, x.begin(), expand);
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "stopped while computing the reference");
    progress.update("computing the reference", static_cast<double>(layer), static_cast<double>(shape.layers));
    apply_layer(model, layer, x, team);
  }
  const auto final = normalised(x, model.weights.final_gain(shape), shape.norm_epsilon);
  return product(at.lm_head(), static_cast<std::size_t>(shape.vocabulary), final, team);
}

}  // namespace hpct::qwen
