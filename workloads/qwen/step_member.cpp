// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/step_member.h"

#include <hpct/progress.h>
#include <hpct/region.h>

#include <algorithm>
#include <limits>

#include "workloads/qwen/kv_format.h"
#include "workloads/qwen/matrix_product.h"
#include "workloads/qwen/run_attention.h"

namespace hpct::qwen {
namespace {

/// One member's walk through the step.
class StepMember {
 public:
  StepMember(const StepTask& task, int number)
      : task_(task),
        model_(task.model),
        shape_(model_.shape),
        buffers_(task.buffers),
        kernels_(*task.kernels.plain),
        matrices_(model_.weights.matrices),
        own_(buffers_.scratch[static_cast<std::size_t>(number)]),
        number_(number),
        members_(task.team.size()) {}

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
    task_.team.barrier();
  }

  /// What a product reads: the vector, or the same as bytes.
  struct Input {
    const float* exact;
    RoundedVector rounded;
  };

  static Input input(const StepActivations& x, std::int64_t slot) {
    return {x.exact.data(), {x.values.data() + slot * x.size, x.scales.data() + slot * x.size / kGroup}};
  }

  void matvec(const Matrix& matrix, const Input& x, Share rows, float* out) {
    if (interrupt_requested()) return;  // the step goes on to its end, so that no member waits for another
    multiply(task_.kernels, matrix, x.exact, x.rounded, rows, out);
  }

  /// This member's rows, added to the residual stream.
  void matvec_residual(const Matrix& matrix, const Input& x) {
    const auto rows = share(shape_.hidden);
    matvec(matrix, x, rows, own_.gate.data());
    float* const stream = buffers_.x.data() + rows.begin;
    for (std::int64_t i = 0; i < rows.size(); ++i) stream[i] += own_.gate.data()[i];
  }

  /// Elements of x, whole groups, to 8 bits.
  void round(const StepActivations& x, std::int64_t slot, Share part) {
    if (!buffers_.rounds) return;
    HPCT_REGION("round");
    const auto at = slot * x.size + part.begin;
    task_.kernels.weights->round(x.exact.data() + part.begin, part.size(), x.values.data() + at,
                                 x.scales.data() + at / kGroup);
  }

  void embedding() {
    {
      HPCT_REGION("embedding");
      const auto& matrix = matrices_.embedding;
      const auto part = share(shape_.hidden, std::max(kGroup, block_size(matrix.format)));
      expand(matrix.format, matrix.row(model_.token) + bytes_of(matrix.format, part.begin), part.size(),
             buffers_.x.data() + part.begin);
    }
    barrier();
  }

  void rmsnorm(const float* gain, std::int64_t slot) {
    {
      HPCT_REGION("rmsnorm");
      kernels_.rmsnorm(buffers_.x.data(), gain, shape_.hidden, shape_.norm_epsilon, own_.normed.exact.data());
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
      matvec(matrix, normed_, {own.begin - first, own.end - first}, buffers_.qkv.data() + own.begin);
  }

  void qkv(std::int64_t layer) {
    {
      HPCT_REGION("qkv");
      const auto rows = share(shape_.qkv_rows());
      float* const out = buffers_.qkv.data() + rows.begin;
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
                    buffers_.qkv.data() + head * shape_.head_dim);
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
        const float* const key = buffers_.qkv.data() + shape_.query_size() + head * dim;
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
        buffers_.parts.merge(head, buffers_.attended.exact.data() + head * shape_.head_dim);
    }
    round(buffers_.attended, layer, {heads.begin * shape_.head_dim, heads.end * shape_.head_dim});
    barrier();
  }

  void attend(std::int64_t layer, std::int64_t head, Share part) {
    if (interrupt_requested()) return;
    const auto first = head * shape_.group();  // query head
    AttendRows all{.queries = buffers_.qkv.data() + first * shape_.head_dim,
                   .keys = nullptr,
                   .values = nullptr,
                   .group = shape_.group(),
                   .dim = shape_.head_dim,
                   .count = part.size(),
                   .sums = nullptr,
                   .largest = nullptr,
                   .weights = nullptr};
    buffers_.parts.place(number_, first, all);
    RunAttention attention(task_.kernels, model_.cache.format(), all,
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
      matvec_residual(at(layer).output, input(buffers_.attended, layer));
    }
    barrier();
  }

  void gate_up(std::int64_t layer) {
    const auto rows = mlp_share(shape_, number_, members_);
    {
      HPCT_REGION("gate_up");
      matvec(at(layer).gate, normed_, rows, own_.gate.data());
      matvec(at(layer).up, normed_, rows, own_.up.data());
      kernels_.silu_multiply(own_.gate.data(), own_.up.data(), rows.size(),
                             buffers_.mlp.exact.data() + rows.begin);
    }
    round(buffers_.mlp, layer, rows);
    barrier();
  }

  void down(std::int64_t layer) {
    {
      HPCT_REGION("down");
      matvec_residual(at(layer).down, input(buffers_.mlp, layer));
    }
    barrier();
  }

  void lm_head() {
    HPCT_REGION("lm_head");
    const auto rows = share(shape_.vocabulary);
    matvec(matrices_.lm_head, normed_, rows, buffers_.logits.data() + rows.begin);
  }

  void sampling() {
    {
      HPCT_REGION("sampling");
      const auto rows = share(shape_.vocabulary);
      own_.best = -std::numeric_limits<float>::infinity();
      if (rows.size() > 0) {
        const float* const logits = buffers_.logits.data();
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
      task_.token = task_.sampler.choose(buffers_.logits.span(), model_.sampling);
  }

  /// The first of the largest, because members are in the order of their rows.
  void choose() {
    const StepScratch* best = &own_;
    for (const auto& other : buffers_.scratch)
      if (other.best > best->best) best = &other;
    task_.token = best->token;
  }

  const StepTask& task_;
  Model& model_;
  const Shape& shape_;
  StepBuffers& buffers_;
  const Kernels& kernels_;
  const MatrixSet& matrices_;
  StepScratch& own_;
  Input normed_{};
  int number_;
  int members_;
};

}  // namespace

void walk_through_step(const StepTask& task, int member) { StepMember(task, member).run(); }

}  // namespace hpct::qwen
