// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numeric>

#include "workloads/qwen/share.h"
#include "workloads/qwen/stored_step.h"
#include "workloads/qwen/weight_kernels.h"

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

/// Remembers the worst; a NaN is the worst.
class Worst {
 public:
  void see(double excess) {
    if (!(excess <= worst_)) worst_ = std::isfinite(excess) ? excess : INFINITY;
  }
  [[nodiscard]] double value() const { return worst_; }

 private:
  double worst_ = 0;
};

double largest_of(const double* exact, std::int64_t count) {
  double largest = 0;
  for (std::int64_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(exact[i]));
  return largest;
}

/// Vectors that matrices are multiplied by: exact, and as the kernels rounded them for some formats.
struct Multiplied {
  Vectors exact;
  Vectors rounded;  ///< empty where nothing was
};

/// place(row number in the trace) is where the trace keeps the vector.
template <class Place>
Multiplied as_multiplied(Vectors x, std::span<const BatchRow> rows, const PassTrace& trace, Place place,
                         Worst& worst) {
  Multiplied both{std::move(x), {}};
  if (!trace.bytes(Format::q8) && !trace.bytes(Format::q4)) return both;
  both.rounded = both.exact;
  for (std::size_t t = 0; t < rows.size(); ++t) {
    const auto at = place(rows[t].traced);
    auto& rounded = both.rounded[t];
    const double largest = largest_of(rounded.data(), static_cast<std::int64_t>(rounded.size()));
    for (std::size_t i = 0; i < rounded.size(); ++i) {
      const auto element = at + static_cast<std::int64_t>(i);
      rounded[i] = trace.value(element);
      worst.see((std::abs(both.exact[t][i] - rounded[i]) - 0.5 * trace.scale(element)) / largest);
    }
  }
  return both;
}

/// One row against the cache.
class Looking {
 public:
  Looking(const Shape& shape, const PagedCache& cache, const BatchRow& row, std::int64_t layer)
      : shape_(shape), cache_(cache), row_(row), layer_(layer) {}

  /// What was stored for the row, against what should have been.
  void check(const double* keys, const double* values, Worst& worst) const {
    const auto slot = cache_.slot(*row_.table, row_.position);
    for (std::int64_t head = 0; head < shape_.kv_heads; ++head) {
      check_one(keys + head * shape_.head_dim, cache_.keys(layer_, head, slot), worst);
      check_one(values + head * shape_.head_dim, cache_.values(layer_, head, slot), worst);
    }
  }

  /// Softmax over all positions, then the weighted mean of the values.
  void attend(std::int64_t head, const double* query, double* mean) const {
    const auto dim = shape_.head_dim;
    const auto shared = head / shape_.group();
    Vector weights;
    std::vector<float> row(static_cast<std::size_t>(dim));
    for (std::int64_t p = 0; p <= row_.position; ++p) {
      expand(cache_.format(), cache_.keys(layer_, shared, cache_.slot(*row_.table, p)), dim, row.data());
      double score = 0;
      for (std::int64_t i = 0; i < dim; ++i) score += query[i] * row[static_cast<std::size_t>(i)];
      weights.push_back(score / std::sqrt(static_cast<double>(dim)));
    }
    const double largest = *std::max_element(weights.begin(), weights.end());
    for (auto& weight : weights) weight = std::exp(weight - largest);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::int64_t p = 0; p <= row_.position; ++p) {
      expand(cache_.format(), cache_.values(layer_, shared, cache_.slot(*row_.table, p)), dim, row.data());
      const double weight = weights[static_cast<std::size_t>(p)] / sum;
      for (std::int64_t i = 0; i < dim; ++i) mean[i] += weight * row[static_cast<std::size_t>(i)];
    }
  }

 private:
  void check_one(const double* exact, const std::byte* stored, Worst& worst) const {
    const auto dim = shape_.head_dim;
    std::vector<float> row(static_cast<std::size_t>(dim));
    expand(cache_.format(), stored, dim, row.data());
    const double largest = largest_of(exact, dim);
    for (std::int64_t i = 0; i < dim; ++i) {
      const double distance = std::abs(exact[i] - row[static_cast<std::size_t>(i)]);
      worst.see((distance - 0.5 * stored_step(cache_.format(), exact, i)) / largest);
    }
  }

  const Shape& shape_;
  const PagedCache& cache_;
  const BatchRow& row_;
  std::int64_t layer_;
};

Vectors attention(const Shape& shape, const PagedCache& cache, std::span<const BatchRow> rows,
                  std::int64_t layer, Vectors qkv, ThreadTeam& team, Worst& worst) {
  const auto dim = shape.head_dim;
  Vectors all(rows.size(), Vector(static_cast<std::size_t>(shape.query_size())));
  for (std::size_t t = 0; t < rows.size(); ++t) {
    for (std::int64_t head = 0; head < shape.heads + shape.kv_heads; ++head)
      rotate(qkv[t].data() + head * dim, shape, rows[t].position);
    const double* const keys = qkv[t].data() + shape.query_size();
    Looking(shape, cache, rows[t], layer).check(keys, keys + shape.kv_size(), worst);
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

/// The walk of all rows through the model.
class Walk {
 public:
  Walk(const Shape& shape, const Weights& weights, const PagedCache& cache, std::span<const BatchRow> rows,
       const PassTrace& trace, ThreadTeam& team)
      : shape_(shape),
        weights_(weights),
        cache_(cache),
        rows_(rows),
        trace_(trace),
        team_(team),
        x_(embedded(shape, weights.matrices.embedding, rows)) {}

  void layer(std::int64_t number) {
    const auto& at = weights_.matrices.layers[static_cast<std::size_t>(number)];
    const auto before = normed(weights_.attention_gain(shape_, number), 2 * number);
    auto attended =
        attention(shape_, cache_, rows_, number, queries_keys_values(number, before), team_, worst_);
    const auto input = as_multiplied(
        std::move(attended), rows_, trace_, [&](std::int64_t row) { return trace_.attended(row, number); },
        worst_);
    accumulate(x_, multiplied(at.output, input));
    const auto after = normed(weights_.mlp_gain(shape_, number), 2 * number + 1);
    const auto mlp = as_multiplied(
        gated(multiplied(at.gate, after), multiplied(at.up, after)), rows_, trace_,
        [&](std::int64_t row) { return trace_.mlp(row, number); }, worst_);
    accumulate(x_, multiplied(at.down, mlp));
  }

  BatchReference end() {
    const auto last = normed(weights_.final_gain(shape_), 2 * shape_.layers);
    auto logits = multiplied(weights_.matrices.lm_head, last);
    return {std::move(logits), worst_.value()};
  }

 private:
  [[nodiscard]] Multiplied normed(const float* gain, std::int64_t slot) {
    return as_multiplied(
        normalised(x_, gain, shape_.norm_epsilon), rows_, trace_,
        [&](std::int64_t row) { return trace_.normed(row, slot); }, worst_);
  }

  [[nodiscard]] Vectors multiplied(const Matrix& matrix, const Multiplied& x) const {
    return product(matrix, trace_.bytes(matrix.format) ? x.rounded : x.exact, team_);
  }

  [[nodiscard]] Vectors queries_keys_values(std::int64_t layer, const Multiplied& x) const {
    const auto& at = weights_.matrices.layers[static_cast<std::size_t>(layer)];
    auto qkv = multiplied(at.query, x);
    for (const auto* matrix : {&at.key, &at.value}) {
      const auto more = multiplied(*matrix, x);
      for (std::size_t t = 0; t < qkv.size(); ++t)
        qkv[t].insert(qkv[t].end(), more[t].begin(), more[t].end());
    }
    const float* const bias = weights_.bias(shape_, layer);
    accumulate(qkv, Vectors(qkv.size(), Vector(bias, bias + shape_.qkv_rows())));
    return qkv;
  }

  const Shape& shape_;
  const Weights& weights_;
  const PagedCache& cache_;
  std::span<const BatchRow> rows_;
  const PassTrace& trace_;
  ThreadTeam& team_;
  Vectors x_;
  Worst worst_;
};

}  // namespace

Expected<BatchReference> batch_reference(const Shape& shape, const Weights& weights, const PagedCache& cache,
                                         std::span<const BatchRow> rows, const PassTrace& trace,
                                         ThreadTeam& team) {
  Walk walk(shape, weights, cache, rows, trace, team);
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    if (interrupt_requested())
      return fail(ErrorCode::interrupted, "interrupted while computing the reference");
    walk.layer(layer);
  }
  return walk.end();
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
    check.message +=
        fmt::format("; of what was rounded {:.2g} beyond half a step", reference.rounding_excess);
  return check;
}

}  // namespace hpct::qwen
