// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/team_step.h"

#include <hpct/progress.h>
#include <hpct/region.h>
#include <algorithm>
#include <limits>

#include "workloads/qwen/kv_format.h"
#include "workloads/qwen/matrix_product.h"
#include "workloads/qwen/run_attention.h"

namespace hpct::qwen {
namespace {

/// Allocates one buffer after the other until one fails.
class Allocator {
 public:
  template <class T>
  Allocator& make(PageArray<T>& array, std::int64_t size) {
    if (!result_) return *this;
    auto made = PageArray<T>::allocate(size);
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

/// The MLP's rows are shared out in whole groups, because whoever computes a group rounds it.
constexpr std::int64_t kMlpGrain = kGroup;

}  // namespace

/// One member's walk through the step.
class TeamStep::Member {
 public:
  Member(TeamStep& step, const StepKernels& kernels, int number)
      : step_(step),
        model_(*step.model_),
        shape_(model_.shape),
        all_kernels_(kernels),
        kernels_(*kernels.plain),
        matrices_(model_.weights.matrices),
        own_(step.private_[static_cast<std::size_t>(number)]),
        number_(number),
        members_(step.team_->size()) {}

  void run() {
    HPCT_REGION("decode");
    embedding();
    for (std::int64_t layer = 0; layer < shape_.layers; ++layer) {
      rmsnorm(model_.weights.attention_gain(shape_, layer), 2 * layer);
      qkv(layer);
      rope();
      kv_append(layer);
      attention(layer);
      o_proj(layer);
      rmsnorm(model_.weights.mlp_gain(shape_, layer), 2 * layer + 1);
      gate_up(layer);
      down(layer);
    }
    rmsnorm(model_.weights.final_gain(shape_), 2 * shape_.layers);
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

  /// What a product reads: the vector, or the same as bytes.
  struct Input {
    const float* exact;
    RoundedVector rounded;
  };

  static Input input(const Activations& x, std::int64_t slot) {
    return {x.exact.data(), {x.values.data() + slot * x.size, x.scales.data() + slot * x.size / kGroup}};
  }

  void matvec(const Matrix& matrix, const Input& x, Share rows, float* out) {
    if (interrupt_requested()) return;  // the step goes on to its end, so that no member waits for another
    multiply(all_kernels_, matrix, x.exact, x.rounded, rows, out);
  }

  /// This member's rows, added to the residual stream.
  void matvec_residual(const Matrix& matrix, const Input& x) {
    const auto rows = share(shape_.hidden);
    matvec(matrix, x, rows, own_.gate.data());
    float* const stream = step_.x_.data() + rows.begin;
    for (std::int64_t i = 0; i < rows.size(); ++i) stream[i] += own_.gate.data()[i];
  }

  /// Elements of x, whole groups, to 8 bits.
  void round(const Activations& x, std::int64_t slot, Share part) {
    if (!step_.rounds_) return;
    HPCT_REGION("round");
    const auto at = slot * x.size + part.begin;
    all_kernels_.weights->round(x.exact.data() + part.begin, part.size(), x.values.data() + at,
                                x.scales.data() + at / kGroup);
  }

  void embedding() {
    {
      HPCT_REGION("embedding");
      const auto& matrix = matrices_.embedding;
      const auto part = share(shape_.hidden, std::max(kGroup, block_size(matrix.format)));
      expand(matrix.format, matrix.row(model_.token) + bytes_of(matrix.format, part.begin), part.size(),
             step_.x_.data() + part.begin);
    }
    barrier();
  }

  void rmsnorm(const float* gain, std::int64_t slot) {
    {
      HPCT_REGION("rmsnorm");
      kernels_.rmsnorm(step_.x_.data(), gain, shape_.hidden, shape_.norm_epsilon, own_.normed.exact.data());
    }
    round(own_.normed, slot, {0, shape_.hidden});
    normed_ = input(own_.normed, slot);
  }

  [[nodiscard]] const MatrixSet::Layer& at(std::int64_t layer) const {
    return matrices_.layers[static_cast<std::size_t>(layer)];
  }

  /// Rows of one of the matrices that follow each other from row `first` on: those that fall into `rows`.
  void matvec_part(const Matrix& matrix, std::int64_t first, Share rows) {
    const Share own{std::max(rows.begin, first), std::min(rows.end, first + matrix.rows)};
    if (own.size() > 0)
      matvec(matrix, normed_, {own.begin - first, own.end - first}, step_.qkv_.data() + own.begin);
  }

  void qkv(std::int64_t layer) {
    {
      HPCT_REGION("qkv");
      const auto rows = share(shape_.qkv_rows());
      float* const out = step_.qkv_.data() + rows.begin;
      matvec_part(at(layer).query, 0, rows);
      matvec_part(at(layer).key, shape_.query_size(), rows);
      matvec_part(at(layer).value, shape_.query_size() + shape_.kv_size(), rows);
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

  void append(const float* row, std::byte* to) {
    if (model_.cache.format() == Format::bf16)
      return kernels_.to_bf16(row, shape_.head_dim, reinterpret_cast<Bf16*>(to));
    store(model_.cache.format(), row, shape_.head_dim, to);
  }

  void kv_append(std::int64_t layer) {
    {
      HPCT_REGION("kv_append");
      const auto dim = shape_.head_dim;
      const auto heads = share(shape_.kv_heads, 1);
      for (auto head = heads.begin; head < heads.end; ++head) {
        const float* const key = step_.qkv_.data() + shape_.query_size() + head * dim;
        append(key, model_.cache.key_row(layer, head, model_.context));
        append(key + shape_.kv_size(), model_.cache.value_row(layer, head, model_.context));
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
    const auto heads = share(shape_.heads, 1);
    {
      HPCT_REGION("attention");
      for (auto head = heads.begin; head < heads.end; ++head)
        step_.parts_.merge(head, step_.attended_.exact.data() + head * shape_.head_dim);
    }
    round(step_.attended_, layer, {heads.begin * shape_.head_dim, heads.end * shape_.head_dim});
    barrier();
  }

  void attend(std::int64_t layer, std::int64_t head, Share part) {
    if (interrupt_requested()) return;
    const auto first = head * shape_.group();  // query head
    AttendRows all{.queries = step_.qkv_.data() + first * shape_.head_dim,
                   .keys = nullptr,
                   .values = nullptr,
                   .group = shape_.group(),
                   .dim = shape_.head_dim,
                   .count = part.size(),
                   .sums = nullptr,
                   .largest = nullptr,
                   .weights = nullptr};
    step_.parts_.place(number_, first, all);
    RunAttention attention(all_kernels_, model_.cache.format(), all,
                           {own_.scores.data(), own_.run.data(), own_.rows.data()});
    model_.cache.for_each_run(part.begin, part.end, [&](std::int64_t position, std::int64_t count) {
      attention.add(model_.cache.key_row(layer, head, position),
                    model_.cache.value_row(layer, head, position), count);
    });
    attention.finish();
  }

  void o_proj(std::int64_t layer) {
    {
      HPCT_REGION("o_proj");
      matvec_residual(at(layer).output, input(step_.attended_, layer));
    }
    barrier();
  }

  void gate_up(std::int64_t layer) {
    const auto rows = share(shape_.intermediate, kMlpGrain);
    {
      HPCT_REGION("gate_up");
      matvec(at(layer).gate, normed_, rows, own_.gate.data());
      matvec(at(layer).up, normed_, rows, own_.up.data());
      kernels_.silu_multiply(own_.gate.data(), own_.up.data(), rows.size(),
                             step_.mlp_.exact.data() + rows.begin);
    }
    round(step_.mlp_, layer, rows);
    barrier();
  }

  void down(std::int64_t layer) {
    {
      HPCT_REGION("down");
      matvec_residual(at(layer).down, input(step_.mlp_, layer));
    }
    barrier();
  }

  void lm_head() {
    HPCT_REGION("lm_head");
    const auto rows = share(shape_.vocabulary);
    matvec(matrices_.lm_head, normed_, rows, step_.logits_.data() + rows.begin);
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
    if (number_ != 0) return;
    if (model_.sampling.rule == Sampling::Rule::argmax)
      choose();
    else
      step_.token_ = step_.sampler_.choose(step_.logits_.span(), model_.sampling);
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
  StepKernels all_kernels_;
  const Kernels& kernels_;
  const MatrixSet& matrices_;
  Private& own_;
  Input normed_{};
  int number_;
  int members_;
};

Expected<TeamStep> TeamStep::make(Model& model, ThreadTeam& team) {
  TeamStep step(model, team);
  if (auto made = step.allocate_shared(); !made) return tl::unexpected(made.error());
  if (auto made = step.allocate(step.attended_, model.shape.query_size(), model.shape.layers); !made)
    return tl::unexpected(made.error());
  if (auto made = step.allocate(step.mlp_, model.shape.intermediate, model.shape.layers); !made)
    return tl::unexpected(made.error());
  if (auto made = step.allocate_private(); !made) return tl::unexpected(made.error());
  return step;
}

Expected<void> TeamStep::allocate_shared() {
  const auto& shape = model_->shape;
  auto parts = AttentionParts::make(team_->size(), shape.heads, shape.head_dim);
  if (!parts) return tl::unexpected(parts.error());
  parts_ = std::move(*parts);
  return Allocator()
      .make(x_, shape.hidden)
      .make(qkv_, shape.qkv_rows())
      .make(logits_, shape.vocabulary)
      .result();
}

Expected<void> TeamStep::allocate(Activations& activations, std::int64_t size, std::int64_t slots) {
  activations.size = size;
  Allocator memory;
  memory.make(activations.exact, size);
  if (rounds_) memory.make(activations.values, slots * size).make(activations.scales, slots * size / kGroup);
  return memory.result();
}

RoundingTrace TeamStep::trace() const {
  const auto all = [](const Activations& x) { return RoundedVector{x.values.data(), x.scales.data()}; };
  return {all(private_.front().normed), all(attended_), all(mlp_)};
}

Expected<void> TeamStep::allocate_private() {
  const auto& shape = model_->shape;
  private_.resize(static_cast<std::size_t>(team_->size()));
  for (int member = 0; member < team_->size(); ++member) {
    const auto rows = std::max(share_of(shape.intermediate, member, team_->size(), kMlpGrain).size(),
                               share_of(shape.hidden, member, team_->size()).size());
    auto& own = private_[static_cast<std::size_t>(member)];
    if (auto made = allocate(own.normed, shape.hidden, 2 * shape.layers + 1); !made) return made;
    auto made =
        Allocator()
            .make(own.gate, rows)
            .make(own.up, rows)
            .make(own.run, shape.group() * (shape.head_dim + 2))
            .make(own.rows, RunAttention::staged_bytes(model_->cache.row_bytes()))
            .make(own.scores, shape.group() * share_of(model_->positions(), member, team_->size()).size())
            .result();
    if (!made) return made;
  }
  return {};
}

std::int64_t TeamStep::run(const StepKernels& kernels) {
  team_->run([this, &kernels](int member) { Member(*this, kernels, member).run(); });
  return token_;
}

}  // namespace hpct::qwen
