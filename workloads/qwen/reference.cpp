// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/reference.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numeric>
#include <utility>

#include "workloads/qwen/share.h"
#include "workloads/qwen/stored_step.h"

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

/// Compares what was rounded with what should have been, and remembers the worst.
class RoundingCheck {
 public:
  /// Both are vectors of one number per element; step(i) is the distance of representable numbers there.
  template <class Step>
  void compare(const double* exact, const double* rounded, std::size_t count, Step step) {
    double largest = 0;
    for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(exact[i]));
    for (std::size_t i = 0; i < count; ++i) {
      const double beyond = std::abs(exact[i] - rounded[i]) - 0.5 * step(i);
      const double excess = beyond <= 0 ? 0 : beyond / largest;
      if (!(excess <= worst_)) worst_ = std::isfinite(excess) ? excess : INFINITY;
    }
  }
  [[nodiscard]] double worst() const { return worst_; }

 private:
  double worst_ = 0;
};

/// x as slot `slot` of the trace has it.
Vector as_rounded(const Vector& x, RoundedVector trace, std::int64_t slot, RoundingCheck& check) {
  if (trace.values == nullptr) return x;
  const auto first = slot * static_cast<std::int64_t>(x.size());
  const auto scale = [&](std::size_t i) {
    return static_cast<double>(trace.scales[(first + static_cast<std::int64_t>(i)) / kGroup]);
  };
  Vector rounded(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    rounded[i] = scale(i) * static_cast<double>(trace.values[first + static_cast<std::int64_t>(i)]);
  check.compare(x.data(), rounded.data(), x.size(), scale);
  return rounded;
}

/// Attention of one query head: softmax over all positions, then the weighted mean of the values.
Vector attend(const Model& model, std::int64_t layer, std::int64_t head, const double* query) {
  const auto dim = model.shape.head_dim;
  const auto group = head / model.shape.group();
  std::vector<float> row(static_cast<std::size_t>(dim));
  const auto widened = [&](const std::byte* from) {
    expand(model.cache.format(), from, dim, row.data());
    return row.data();
  };
  Vector weights;
  for (std::int64_t p = 0; p <= model.context; ++p) {
    const float* const key = widened(model.cache.key_row(layer, group, p));
    double score = 0;
    for (std::int64_t i = 0; i < dim; ++i) score += query[i] * static_cast<double>(key[i]);
    weights.push_back(score / std::sqrt(static_cast<double>(dim)));
  }
  const double largest = *std::max_element(weights.begin(), weights.end());
  for (auto& weight : weights) weight = std::exp(weight - largest);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  Vector mean(static_cast<std::size_t>(dim));
  for (std::int64_t p = 0; p <= model.context; ++p) {
    const float* const value = widened(model.cache.value_row(layer, group, p));
    for (std::int64_t i = 0; i < dim; ++i)
      mean[static_cast<std::size_t>(i)] +=
          weights[static_cast<std::size_t>(p)] / sum * static_cast<double>(value[i]);
  }
  return mean;
}

/// What the step appended to the cache, against what it should have.
void check_appended(const Model& model, std::int64_t layer, const double* keys, const double* values,
                    RoundingCheck& check) {
  const auto dim = model.shape.head_dim;
  std::vector<float> row(static_cast<std::size_t>(dim));
  for (std::int64_t head = 0; head < model.shape.kv_heads; ++head)
    for (const auto& [exact, cache] :
         {std::pair{keys + head * dim, model.cache.key_row(layer, head, model.context)},
          std::pair{values + head * dim, model.cache.value_row(layer, head, model.context)}}) {
      const double* const from = exact;
      expand(model.cache.format(), cache, dim, row.data());
      const Vector stored(row.begin(), row.end());
      check.compare(from, stored.data(), stored.size(), [&](std::size_t i) {
        return stored_step(model.cache.format(), from, static_cast<std::int64_t>(i));
      });
    }
}

/// All query heads, shared out over the team.
Vector attention(const Model& model, std::int64_t layer, Vector qkv, ThreadTeam& team, RoundingCheck& check) {
  const auto& shape = model.shape;
  const auto dim = shape.head_dim;
  for (std::int64_t head = 0; head < shape.heads + shape.kv_heads; ++head)
    rotate(qkv.data() + head * dim, shape, model.context);
  const double* const keys = qkv.data() + shape.query_size();
  check_appended(model, layer, keys, keys + shape.kv_size(), check);
  Vector all(static_cast<std::size_t>(shape.query_size()));
  team.run([&](int member) {
    const auto part = share_of(shape.heads, member, team.size(), 1);
    for (auto head = part.begin; head < part.end; ++head) {
      const auto one = attend(model, layer, head, qkv.data() + head * dim);
      std::copy(one.begin(), one.end(), all.begin() + head * dim);
    }
  });
  return all;
}

Vector gated(const Vector& gate, Vector up) {
  for (std::size_t i = 0; i < up.size(); ++i) up[i] *= gate[i] / (1.0 + std::exp(-gate[i]));
  return up;
}

void apply_layer(const Model& model, std::int64_t layer, const RoundingTrace& trace, Vector& x,
                 ThreadTeam& team, RoundingCheck& check) {
  const auto& shape = model.shape;
  const auto& at = model.weights.matrices.layers[static_cast<std::size_t>(layer)];

  const auto before =
      as_rounded(normalised(x, model.weights.attention_gain(shape, layer), shape.norm_epsilon), trace.normed,
                 2 * layer, check);
  auto qkv = product(at.query, before, team);
  for (const auto* matrix : {&at.key, &at.value}) {
    const auto more = product(*matrix, before, team);
    qkv.insert(qkv.end(), more.begin(), more.end());
  }
  const float* const bias = model.weights.bias(shape, layer);
  accumulate(qkv, Vector(bias, bias + shape.qkv_rows()));
  const auto attended = attention(model, layer, std::move(qkv), team, check);
  accumulate(x, product(at.output, as_rounded(attended, trace.attended, layer, check), team));

  const auto after = as_rounded(normalised(x, model.weights.mlp_gain(shape, layer), shape.norm_epsilon),
                                trace.normed, 2 * layer + 1, check);
  const auto mlp = gated(product(at.gate, after, team), product(at.up, after, team));
  accumulate(x, product(at.down, as_rounded(mlp, trace.mlp, layer, check), team));
}

}  // namespace

Expected<Reference> reference_step(const Model& model, const RoundingTrace& trace, ThreadTeam& team) {
  const auto& shape = model.shape;
  const auto& matrices = model.weights.matrices;
  std::vector<float> row(static_cast<std::size_t>(shape.hidden));
  expand(matrices.embedding.format, matrices.embedding.row(model.token), shape.hidden, row.data());
  Vector x(row.begin(), row.end());
  RoundingCheck check;
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    if (interrupt_requested())
      return fail(ErrorCode::interrupted, "interrupted while computing the reference");
    apply_layer(model, layer, trace, x, team, check);
  }
  const auto final = as_rounded(normalised(x, model.weights.final_gain(shape), shape.norm_epsilon),
                                trace.normed, 2 * shape.layers, check);
  auto logits = product(matrices.lm_head, final, team);
  return Reference{std::move(logits), check.worst()};
}

}  // namespace hpct::qwen
