// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/team_step.h"

#include <hpct/region.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace hpct::qwen {
namespace {

/// Allocates one buffer after the other until one fails.
class Allocator {
 public:
  Allocator& make(PageArray<float>& array, std::int64_t size) {
    if (!result_) return *this;
    auto made = PageArray<float>::allocate(size);
    if (made)
      array = std::move(*made);
    else
      result_ = tl::unexpected(made.error());
    return *this;
  }
  [[nodiscard]] Expected<void> result() const { return result_; }

 private:
  Expected<void> result_;
};

}  // namespace

/// One member's walk through the step.
class TeamStep::Member {
 public:
  Member(TeamStep& step, const Kernels& kernels, int number)
      : step_(step),
        model_(*step.model_),
        shape_(model_.shape),
        kernels_(kernels),
        matrices_(shape_, model_.weights.matrices.data()),
        own_(step.private_[static_cast<std::size_t>(number)]),
        number_(number),
        members_(step.team_->size()) {}

  void run() {
    HPCT_REGION("decode");
    embedding();
    for (std::int64_t layer = 0; layer < shape_.layers; ++layer) {
      rmsnorm(model_.weights.attention_gain(shape_, layer));
      qkv(layer);
      rope();
      kv_append(layer);
      attention(layer);
      o_proj(layer);
      rmsnorm(model_.weights.mlp_gain(shape_, layer));
      gate_up(layer);
      down(layer);
    }
    rmsnorm(model_.weights.final_gain(shape_));
    lm_head();
    sampling();
  }

 private:
  [[nodiscard]] Share share(std::int64_t count, std::int64_t grain = 16) const {
    return share_of(count, number_, members_, grain);
  }

  /// A region of its own, so that waiting for others is not taken for work of a kernel.
  void barrier() {
    HPCT_REGION("barrier");
    step_.team_->barrier();
  }

  /// This member's rows of matrix * x.
  void matvec(const Bf16* matrix, const float* x, std::int64_t columns, Share rows, float* out) {
    kernels_.matvec(matrix + rows.begin * columns, x, rows.size(), columns, out);
  }

  /// The same, added to the residual stream.
  void matvec_residual(const Bf16* matrix, const float* x, std::int64_t columns) {
    const auto rows = share(shape_.hidden);
    matvec(matrix, x, columns, rows, own_.gate.data());
    float* const stream = step_.x_.data() + rows.begin;
    for (std::int64_t i = 0; i < rows.size(); ++i) stream[i] += own_.gate.data()[i];
  }

  void embedding() {
    {
      HPCT_REGION("embedding");
      const auto part = share(shape_.hidden);
      kernels_.from_bf16(matrices_.embedding() + model_.token * shape_.hidden + part.begin, part.size(),
                         step_.x_.data() + part.begin);
    }
    barrier();
  }

  void rmsnorm(const float* gain) {
    HPCT_REGION("rmsnorm");
    kernels_.rmsnorm(step_.x_.data(), gain, shape_.hidden, shape_.norm_epsilon, own_.normed.data());
  }

  void qkv(std::int64_t layer) {
    {
      HPCT_REGION("qkv");
      const auto rows = share(shape_.qkv_rows());
      float* const out = step_.qkv_.data() + rows.begin;
      matvec(matrices_.qkv(layer), own_.normed.data(), shape_.hidden, rows, out);
      const float* const bias = model_.weights.bias(shape_, layer) + rows.begin;
      for (std::int64_t i = 0; i < rows.size(); ++i) out[i] += bias[i];
    }
    barrier();
  }

  void rotate(Share heads) {
    for (auto head = heads.begin; head < heads.end; ++head)
      kernels_.rope(model_.rope.cosines.data(), model_.rope.sines.data(), shape_.head_dim / 2,
                    step_.qkv_.data() + head * shape_.head_dim);
  }

  /// The key heads follow the query heads; each is rotated by the member that then appends it.
  void rope() {
    HPCT_REGION("rope");
    const auto keys = share(shape_.kv_heads, 1);
    rotate(share(shape_.heads, 1));
    rotate({shape_.heads + keys.begin, shape_.heads + keys.end});
  }

  void kv_append(std::int64_t layer) {
    {
      HPCT_REGION("kv_append");
      const auto dim = shape_.head_dim;
      const auto at = model_.context * dim;
      const auto heads = share(shape_.kv_heads, 1);
      for (auto head = heads.begin; head < heads.end; ++head) {
        const float* const key = step_.qkv_.data() + shape_.query_size() + head * dim;
        kernels_.to_bf16(key, dim, model_.cache.keys(layer, head) + at);
        kernels_.to_bf16(key + shape_.kv_size(), dim, model_.cache.values(layer, head) + at);
      }
    }
    barrier();
  }

  /// Split over positions, not heads: 2 key/value heads would leave the third thread idle.
  void attention(std::int64_t layer) {
    const auto part = share(model_.positions());
    {
      HPCT_REGION("attention");
      for (std::int64_t head = 0; head < shape_.kv_heads; ++head) attend(layer, head, part);
    }
    barrier();
    {
      HPCT_REGION("attention");
      const auto heads = share(shape_.heads, 1);
      for (auto head = heads.begin; head < heads.end; ++head) merge(head);
    }
    barrier();
  }

  void attend(std::int64_t layer, std::int64_t head, Share part) {
    const auto dim = shape_.head_dim;
    const auto first = head * shape_.group();  // query head
    const auto slot = number_ * shape_.heads + first;
    kernels_.attend({.queries = step_.qkv_.data() + first * dim,
                     .keys = model_.cache.keys(layer, head) + part.begin * dim,
                     .values = model_.cache.values(layer, head) + part.begin * dim,
                     .group = shape_.group(),
                     .dim = dim,
                     .count = part.size(),
                     .scores = own_.scores.data(),
                     .sums = step_.sums_.data() + slot * dim,
                     .largest = step_.largest_.data() + slot,
                     .weights = step_.weights_.data() + slot});
  }

  /// Joins the members' parts of one query head: each was scaled by its own largest score.
  void merge(std::int64_t head) {
    const auto dim = shape_.head_dim;
    float largest = -std::numeric_limits<float>::infinity();
    for (int i = 0; i < members_; ++i)
      largest = std::max(largest, step_.largest_.data()[i * shape_.heads + head]);
    float weight = 0;
    float* const out = step_.attended_.data() + head * dim;
    std::fill_n(out, dim, 0.0F);
    for (int i = 0; i < members_; ++i) {
      const auto slot = i * shape_.heads + head;
      const float scale = std::exp(step_.largest_.data()[slot] - largest);
      weight += scale * step_.weights_.data()[slot];
      const float* const sums = step_.sums_.data() + slot * dim;
      for (std::int64_t k = 0; k < dim; ++k) out[k] += scale * sums[k];
    }
    for (std::int64_t k = 0; k < dim; ++k) out[k] /= weight;
  }

  void o_proj(std::int64_t layer) {
    {
      HPCT_REGION("o_proj");
      matvec_residual(matrices_.output(layer), step_.attended_.data(), shape_.query_size());
    }
    barrier();
  }

  void gate_up(std::int64_t layer) {
    {
      HPCT_REGION("gate_up");
      const auto rows = share(shape_.intermediate);
      matvec(matrices_.gate(layer), own_.normed.data(), shape_.hidden, rows, own_.gate.data());
      matvec(matrices_.up(layer), own_.normed.data(), shape_.hidden, rows, own_.up.data());
      kernels_.silu_multiply(own_.gate.data(), own_.up.data(), rows.size(), step_.mlp_.data() + rows.begin);
    }
    barrier();
  }

  void down(std::int64_t layer) {
    {
      HPCT_REGION("down");
      matvec_residual(matrices_.down(layer), step_.mlp_.data(), shape_.intermediate);
    }
    barrier();
  }

  void lm_head() {
    HPCT_REGION("lm_head");
    const auto rows = share(shape_.vocabulary);
    matvec(matrices_.lm_head(), own_.normed.data(), shape_.hidden, rows, step_.logits_.data() + rows.begin);
  }

  void sampling() {
    {
      HPCT_REGION("sampling");
      const auto rows = share(shape_.vocabulary);
      own_.best = -std::numeric_limits<float>::infinity();
      if (rows.size() > 0) {
        const float* const logits = step_.logits_.data();
        own_.token = rows.begin + kernels_.argmax(logits + rows.begin, rows.size());
        own_.best = logits[own_.token];
      }
    }
    barrier();
    HPCT_REGION("sampling");
    if (number_ == 0) choose();
  }

  /// The first of the largest, because members are in the order of their rows.
  void choose() {
    const Private* best = &own_;
    for (const auto& other : step_.private_)
      if (other.best > best->best) best = &other;
    step_.token_ = best->token;
  }

  TeamStep& step_;
  Model& model_;
  const Shape& shape_;
  const Kernels& kernels_;
  Matrices<const Bf16> matrices_;
  Private& own_;
  int number_;
  int members_;
};

Expected<TeamStep> TeamStep::make(Model& model, ThreadTeam& team) {
  TeamStep step(model, team);
  if (auto made = step.allocate_shared(); !made) return tl::unexpected(made.error());
  if (auto made = step.allocate_private(); !made) return tl::unexpected(made.error());
  return step;
}

Expected<void> TeamStep::allocate_shared() {
  const auto& shape = model_->shape;
  const auto members = team_->size();
  return Allocator()
      .make(x_, shape.hidden)
      .make(qkv_, shape.qkv_rows())
      .make(sums_, members * shape.query_size())
      .make(largest_, members * shape.heads)
      .make(weights_, members * shape.heads)
      .make(attended_, shape.query_size())
      .make(mlp_, shape.intermediate)
      .make(logits_, shape.vocabulary)
      .result();
}

Expected<void> TeamStep::allocate_private() {
  const auto& shape = model_->shape;
  private_.resize(static_cast<std::size_t>(team_->size()));
  for (int member = 0; member < team_->size(); ++member) {
    const auto rows = std::max(share_of(shape.intermediate, member, team_->size()).size(),
                               share_of(shape.hidden, member, team_->size()).size());
    auto& own = private_[static_cast<std::size_t>(member)];
    auto made =
        Allocator()
            .make(own.normed, shape.hidden)
            .make(own.gate, rows)
            .make(own.up, rows)
            .make(own.scores, shape.group() * share_of(model_->positions(), member, team_->size()).size())
            .result();
    if (!made) return made;
  }
  return {};
}

std::int64_t TeamStep::run(const Kernels& kernels) {
  team_->run([this, &kernels](int member) { Member(*this, kernels, member).run(); });
  return token_;
}

}  // namespace hpct::qwen
