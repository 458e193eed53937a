// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/reference.h"

#include <algorithm>
#include <utility>

#include "workloads/qwen/definitions.h"
#include "workloads/qwen/rounding_check.h"
#include "workloads/qwen/share.h"
#include "workloads/qwen/stored_step.h"

namespace hpct::qwen {
namespace {

using definition::Vector;

Vector product(const Matrix& matrix, const Vector& x, ThreadTeam& team) {
  return std::move(definition::products(matrix, {x}, team).front());
}

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

/// Attention of one query head over all positions of the cache.
Vector attend(const Model& model, std::int64_t layer, std::int64_t head, const double* query) {
  const auto& cache = model.cache;
  const auto dim = model.shape.head_dim;
  const auto group = head / model.shape.group();
  std::vector<float> row(static_cast<std::size_t>(dim));
  const auto widened = [&](const std::byte* from) {
    expand(cache.format(), from, dim, row.data());
    return row.data();
  };
  return definition::attend(
      query, dim, model.positions(), [&](std::int64_t p) { return widened(cache.key_row(layer, group, p)); },
      [&](std::int64_t p) { return widened(cache.value_row(layer, group, p)); });
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
      check.compare(from, row.data(), row.size(), [&](std::size_t i) {
        return stored_step(model.cache.format(), from, static_cast<std::int64_t>(i));
      });
    }
}

/// All query heads, shared out over the team.
Vector attention(const Model& model, std::int64_t layer, Vector qkv, ThreadTeam& team, RoundingCheck& check) {
  const auto& shape = model.shape;
  const auto dim = shape.head_dim;
  for (std::int64_t head = 0; head < shape.heads + shape.kv_heads; ++head)
    definition::rotate(qkv.data() + head * dim, shape, model.context);
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

void apply_layer(const Model& model, std::int64_t layer, const RoundingTrace& trace, Vector& x,
                 ThreadTeam& team, RoundingCheck& check) {
  const auto& shape = model.shape;
  const auto& at = model.weights.matrices.layers[static_cast<std::size_t>(layer)];

  const auto before =
      as_rounded(definition::normalised(x, model.weights.attention_gain(shape, layer), shape.norm_epsilon),
                 trace.normed, 2 * layer, check);
  auto qkv = product(at.query, before, team);
  for (const auto* matrix : {&at.key, &at.value}) {
    const auto more = product(*matrix, before, team);
    qkv.insert(qkv.end(), more.begin(), more.end());
  }
  const float* const bias = model.weights.bias(shape, layer);
  definition::accumulate(qkv, Vector(bias, bias + shape.qkv_rows()));
  const auto attended = attention(model, layer, std::move(qkv), team, check);
  definition::accumulate(x, product(at.output, as_rounded(attended, trace.attended, layer, check), team));

  const auto after =
      as_rounded(definition::normalised(x, model.weights.mlp_gain(shape, layer), shape.norm_epsilon),
                 trace.normed, 2 * layer + 1, check);
  const auto mlp = definition::gated(product(at.gate, after, team), product(at.up, after, team));
  definition::accumulate(x, product(at.down, as_rounded(mlp, trace.mlp, layer, check), team));
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
  const auto final =
      as_rounded(definition::normalised(x, model.weights.final_gain(shape), shape.norm_epsilon), trace.normed,
                 2 * shape.layers, check);
  auto logits = product(matrices.lm_head, final, team);
  return Reference{std::move(logits), check.worst()};
}

}  // namespace hpct::qwen
