// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_reference.h"

#include <algorithm>
#include <utility>

#include "workloads/qwen/definitions.h"
#include "workloads/qwen/rounding_check.h"
#include "workloads/qwen/stored_step.h"

namespace hpct::qwen {
namespace {

using definition::Vector;
using Vectors = std::vector<Vector>;  ///< by row

Vectors normalised(const Vectors& x, const float* gain, double epsilon) {
  Vectors result;
  for (const auto& row : x) result.push_back(definition::normalised(row, gain, epsilon));
  return result;
}

void accumulate(Vectors& x, const Vectors& y) {
  for (std::size_t t = 0; t < x.size(); ++t) definition::accumulate(x[t], y[t]);
}

Vectors gated(const Vectors& gate, Vectors up) {
  for (std::size_t t = 0; t < up.size(); ++t) up[t] = definition::gated(gate[t], std::move(up[t]));
  return up;
}

/// Vectors that matrices are multiplied by: exact, and as the kernels rounded them for some formats.
struct Multiplied {
  Vectors exact;
  Vectors rounded;  ///< empty where nothing was
};

/// place(row number in the trace) is where the trace keeps the vector.
template <class Place>
Multiplied as_multiplied(Vectors x, std::span<const BatchRow> rows, const PassTrace& trace, Place place,
                         RoundingCheck& check) {
  Multiplied both{std::move(x), {}};
  if (!trace.bytes(Format::q8) && !trace.bytes(Format::q4)) return both;
  both.rounded = both.exact;
  for (std::size_t t = 0; t < rows.size(); ++t) {
    const auto at = place(rows[t].traced);
    auto& rounded = both.rounded[t];
    for (std::size_t i = 0; i < rounded.size(); ++i)
      rounded[i] = trace.value(at + static_cast<std::int64_t>(i));
    check.compare(both.exact[t].data(), rounded.data(), rounded.size(),
                  [&](std::size_t i) { return trace.scale(at + static_cast<std::int64_t>(i)); });
  }
  return both;
}

/// One row against the cache.
class Looking {
 public:
  Looking(const Shape& shape, const PagedCache& cache, const BatchRow& row, std::int64_t layer)
      : shape_(shape),
        cache_(cache),
        row_(row),
        layer_(layer),
        widened_(static_cast<std::size_t>(shape.head_dim)) {}

  /// What was stored for the row, against what should have been.
  void compare(const double* keys, const double* values, RoundingCheck& check) {
    const auto slot = cache_.slot(*row_.table, row_.position);
    for (std::int64_t head = 0; head < shape_.kv_heads; ++head) {
      compare_one(keys + head * shape_.head_dim, cache_.keys(layer_, head, slot), check);
      compare_one(values + head * shape_.head_dim, cache_.values(layer_, head, slot), check);
    }
  }

  /// Over all positions of its sequence so far.
  [[nodiscard]] Vector attend(std::int64_t head, const double* query) {
    const auto shared = head / shape_.group();
    const auto slot = [&](std::int64_t p) { return cache_.slot(*row_.table, p); };
    return definition::attend(
        query, shape_.head_dim, row_.position + 1,
        [&](std::int64_t p) { return widened(cache_.keys(layer_, shared, slot(p))); },
        [&](std::int64_t p) { return widened(cache_.values(layer_, shared, slot(p))); });
  }

 private:
  const float* widened(const std::byte* stored) {
    expand(cache_.format(), stored, shape_.head_dim, widened_.data());
    return widened_.data();
  }

  void compare_one(const double* exact, const std::byte* stored, RoundingCheck& check) {
    check.compare(exact, widened(stored), widened_.size(), [&](std::size_t i) {
      return stored_step(cache_.format(), exact, static_cast<std::int64_t>(i));
    });
  }

  const Shape& shape_;
  const PagedCache& cache_;
  const BatchRow& row_;
  std::int64_t layer_;
  std::vector<float> widened_;
};

Vectors attention(const Shape& shape, const PagedCache& cache, std::span<const BatchRow> rows,
                  std::int64_t layer, Vectors qkv, ThreadTeam& team, RoundingCheck& check) {
  const auto dim = shape.head_dim;
  Vectors all(rows.size(), Vector(static_cast<std::size_t>(shape.query_size())));
  for (std::size_t t = 0; t < rows.size(); ++t) {
    for (std::int64_t head = 0; head < shape.heads + shape.kv_heads; ++head)
      definition::rotate(qkv[t].data() + head * dim, shape, rows[t].position);
    const double* const keys = qkv[t].data() + shape.query_size();
    Looking(shape, cache, rows[t], layer).compare(keys, keys + shape.kv_size(), check);
  }
  const auto pieces = static_cast<std::int64_t>(rows.size()) * shape.heads;
  team.run([&](int member) {
    for (std::int64_t piece = member; piece < pieces; piece += team.size()) {
      const auto t = static_cast<std::size_t>(piece / shape.heads);
      const auto head = piece % shape.heads;
      const auto one = Looking(shape, cache, rows[t], layer).attend(head, qkv[t].data() + head * dim);
      std::copy(one.begin(), one.end(), all[t].begin() + head * dim);
    }
  });
  return all;
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
        attention(shape_, cache_, rows_, number, queries_keys_values(number, before), team_, check_);
    const auto input = as_multiplied(
        std::move(attended), rows_, trace_, [&](std::int64_t row) { return trace_.attended(row, number); },
        check_);
    accumulate(x_, multiplied(at.output, input));
    const auto after = normed(weights_.mlp_gain(shape_, number), 2 * number + 1);
    const auto mlp = as_multiplied(
        gated(multiplied(at.gate, after), multiplied(at.up, after)), rows_, trace_,
        [&](std::int64_t row) { return trace_.mlp(row, number); }, check_);
    accumulate(x_, multiplied(at.down, mlp));
  }

  BatchReference end() {
    const auto last = normed(weights_.final_gain(shape_), 2 * shape_.layers);
    auto logits = multiplied(weights_.matrices.lm_head, last);
    return {std::move(logits), check_.worst()};
  }

 private:
  [[nodiscard]] Multiplied normed(const float* gain, std::int64_t slot) {
    return as_multiplied(
        normalised(x_, gain, shape_.norm_epsilon), rows_, trace_,
        [&](std::int64_t row) { return trace_.normed(row, slot); }, check_);
  }

  [[nodiscard]] Vectors multiplied(const Matrix& matrix, const Multiplied& x) const {
    return definition::products(matrix, trace_.bytes(matrix.format) ? x.rounded : x.exact, team_);
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
  RoundingCheck check_;
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

}  // namespace hpct::qwen
