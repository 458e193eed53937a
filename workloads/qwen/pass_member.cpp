// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/pass_member.h"

#include <hpct/region.h>

#include <algorithm>

#include "workloads/qwen/kv_format.h"
#include "workloads/qwen/pass_attention.h"

namespace hpct::qwen {
namespace {

/// One member's walk through the pass.
class PassMember {
 public:
  PassMember(const PassTask& task, int number)
      : task_(task),
        shape_(task.shape),
        cache_(task.cache),
        buffers_(task.buffers),
        weights_(task.weights),
        rows_(task.rows),
        plain_(*task.kernels.plain),
        own_(task.buffers.scratch[static_cast<std::size_t>(number)]),
        number_(number),
        members_(task.team.size()) {}

  void run() {
    HPCT_REGION("pass");
    embedding();
    for (std::int64_t layer = 0; layer < shape_.layers; ++layer) {
      rmsnorm(weights_.attention_gain(shape_, layer), 2 * layer);
      qkv(layer);
      rope();
      kv_append(layer);
      attention(layer);
      o_proj(layer);
      rmsnorm(weights_.mlp_gain(shape_, layer), 2 * layer + 1);
      gate_up(layer);
      down(layer);
    }
    if (buffers_.scored.empty()) return;
    final_norm();
    lm_head();
    sampling();
  }

 private:
  [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(rows_.size()); }
  [[nodiscard]] std::int64_t scored() const { return static_cast<std::int64_t>(buffers_.scored.size()); }
  [[nodiscard]] Share share(std::int64_t count, std::int64_t grain = 16) const {
    return share_of(count, number_, members_, grain);
  }
  [[nodiscard]] Share tokens() const { return share(count(), 1); }
  [[nodiscard]] const MatrixSet::Layer& at(std::int64_t layer) const {
    return weights_.matrices.layers[static_cast<std::size_t>(layer)];
  }

  /// A region of its own, so that waiting for others is not taken for work of a kernel.
  void barrier() {
    HPCT_REGION("barrier");
    task_.team.barrier();
  }

  [[nodiscard]] const BatchRow& row(std::int64_t t) const { return rows_[static_cast<std::size_t>(t)]; }

  /// Elements of row t of x to bytes. `traced` says where the trace keeps the row.
  template <class Traced>
  void round(const PassActivations& x, std::int64_t t, const BatchRow& of, Share part, Traced traced) {
    const auto first = t * x.size + part.begin;
    x.round(*task_.kernels.batch, first, part.size());
    if (task_.trace != nullptr && of.traced >= 0)
      task_.trace->keep(traced(of.traced) + part.begin, part.size(), x.bytes.data() + first,
                        x.scales.data() + first / kGroup);
  }

  /// Some rows of matrix * x for the first `tokens` vectors. After Ctrl-C nothing, but the pass goes on to
  /// its end, so that no member waits for another.
  void multiply(const Matrix& matrix, Share rows, const PassActivations& x, std::int64_t tokens,
                const ProductOutput& to) {
    multiply_interruptibly(*task_.kernels.batch, matrix, rows, x.input(tokens), to, own_.expanded.data());
  }

  void multiply_residual(const Matrix& matrix, const PassActivations& x) {
    const auto rows = share(shape_.hidden);
    multiply(matrix, rows, x, count(), {buffers_.x.data() + rows.begin, shape_.hidden, true});
  }

  void embedding() {
    {
      HPCT_REGION("embedding");
      const auto& matrix = weights_.matrices.embedding;
      for (auto t = tokens().begin; t < tokens().end; ++t)
        expand(matrix.format, matrix.row(row(t).token), shape_.hidden, buffers_.x.data() + t * shape_.hidden);
    }
    // No barrier: each member normalises the rows it made.
  }

  void normalise(const float* gain, std::int64_t from, std::int64_t to) {
    const auto d = shape_.hidden;
    plain_.rmsnorm(buffers_.x.data() + from * d, gain, d, shape_.norm_epsilon,
                   buffers_.normed.exact.data() + to * d);
    buffers_.normed.narrow(task_.kernels, to * d, d);
  }

  /// `slot`: of the trace.
  void round_normed(std::int64_t t, const BatchRow& of, std::int64_t slot) {
    round(buffers_.normed, t, of, {0, shape_.hidden},
          [&](std::int64_t traced) { return task_.trace->normed(traced, slot); });
  }

  void rmsnorm(const float* gain, std::int64_t slot) {
    {
      HPCT_REGION("rmsnorm");
      for (auto t = tokens().begin; t < tokens().end; ++t) normalise(gain, t, t);
    }
    if (task_.bytes) {
      HPCT_REGION("round");
      for (auto t = tokens().begin; t < tokens().end; ++t) round_normed(t, row(t), slot);
    }
    barrier();
  }

  /// The scored rows only, one after the other.
  void final_norm() {
    const auto part = share(scored(), 1);
    const auto number = [&](std::int64_t i) { return buffers_.scored[static_cast<std::size_t>(i)]; };
    {
      HPCT_REGION("rmsnorm");
      for (auto i = part.begin; i < part.end; ++i) normalise(weights_.final_gain(shape_), number(i), i);
    }
    if (task_.bytes) {
      HPCT_REGION("round");
      for (auto i = part.begin; i < part.end; ++i) round_normed(i, row(number(i)), 2 * shape_.layers);
    }
    barrier();
  }

  /// Those rows of one of the matrices that follow each other from row `first` on which fall into `rows`.
  void multiply_part(const Matrix& matrix, std::int64_t first, Share rows) {
    const Share own{std::max(rows.begin, first), std::min(rows.end, first + matrix.rows)};
    if (own.size() > 0)
      multiply(matrix, {own.begin - first, own.end - first}, buffers_.normed, count(),
               {buffers_.qkv.data() + own.begin, shape_.qkv_rows()});
  }

  void qkv(std::int64_t layer) {
    {
      HPCT_REGION("qkv");
      const auto rows = share(shape_.qkv_rows());
      multiply_part(at(layer).query, 0, rows);
      multiply_part(at(layer).key, shape_.query_size(), rows);
      multiply_part(at(layer).value, shape_.query_size() + shape_.kv_size(), rows);
      const float* const bias = weights_.bias(shape_, layer);
      for (std::int64_t t = 0; t < count(); ++t) {
        float* const out = buffers_.qkv.data() + t * shape_.qkv_rows();
        for (auto r = rows.begin; r < rows.end; ++r) out[r] += bias[r];
      }
    }
    barrier();
  }

  /// The key heads follow the query heads.
  void rope() {
    HPCT_REGION("rope");
    const auto half = shape_.head_dim / 2;
    for (auto t = tokens().begin; t < tokens().end; ++t) {
      const auto position = row(t).position;
      for (std::int64_t head = 0; head < shape_.heads + shape_.kv_heads; ++head)
        plain_.rope(buffers_.cosines.data() + position * half, buffers_.sines.data() + position * half, half,
                    buffers_.qkv.data() + t * shape_.qkv_rows() + head * shape_.head_dim);
    }
  }

  void append(const float* from, std::byte* to) {
    if (cache_.format() == Format::bf16)
      return plain_.to_bf16(from, shape_.head_dim, reinterpret_cast<Bf16*>(to));
    store(cache_.format(), from, shape_.head_dim, to);
  }

  /// By the member that rotated the row.
  void kv_append(std::int64_t layer) {
    {
      HPCT_REGION("kv_append");
      const auto dim = shape_.head_dim;
      for (auto t = tokens().begin; t < tokens().end; ++t) {
        const auto slot = cache_.slot(*row(t).table, row(t).position);
        const float* const key = buffers_.qkv.data() + t * shape_.qkv_rows() + shape_.query_size();
        for (std::int64_t head = 0; head < shape_.kv_heads; ++head) {
          append(key + head * dim, cache_.keys(layer, head, slot));
          append(key + shape_.kv_size() + head * dim, cache_.values(layer, head, slot));
        }
      }
    }
    barrier();
  }

  /// A row and a key/value head are a piece. Members take them in turns: later rows look further back.
  template <class Visit>
  void for_each_piece(Visit visit) const {
    for (std::int64_t piece = number_; piece < count() * shape_.kv_heads && !interrupt_requested();
         piece += members_)
      visit(piece / shape_.kv_heads, piece % shape_.kv_heads);
  }

  void attention(std::int64_t layer) {
    {
      HPCT_REGION("attention");
      for_each_piece([&](std::int64_t t, std::int64_t head) { attend(task_, own_, layer, t, head); });
    }
    if (task_.bytes) {
      HPCT_REGION("round");
      const auto size = shape_.group() * shape_.head_dim;
      for_each_piece([&](std::int64_t t, std::int64_t head) {
        round(buffers_.attended, t, row(t), {head * size, (head + 1) * size},
              [&](std::int64_t traced) { return task_.trace->attended(traced, layer); });
      });
    }
    barrier();
  }

  void o_proj(std::int64_t layer) {
    {
      HPCT_REGION("o_proj");
      multiply_residual(at(layer).output, buffers_.attended);
    }
    barrier();
  }

  /// Whole groups of rows, because whoever computes a group rounds it.
  void gate_up(std::int64_t layer) {
    const auto f = shape_.intermediate;
    const auto rows = share(f, kGroup);
    {
      HPCT_REGION("gate_up");
      multiply(at(layer).gate, rows, buffers_.normed, count(), {buffers_.gate.data() + rows.begin, f});
      multiply(at(layer).up, rows, buffers_.normed, count(), {buffers_.up.data() + rows.begin, f});
      for (std::int64_t t = 0; t < count(); ++t) {
        const auto place = t * f + rows.begin;
        plain_.silu_multiply(buffers_.gate.data() + place, buffers_.up.data() + place, rows.size(),
                             buffers_.mlp.exact.data() + place);
        buffers_.mlp.narrow(task_.kernels, place, rows.size());
      }
    }
    if (task_.bytes) {
      HPCT_REGION("round");
      for (std::int64_t t = 0; t < count(); ++t)
        round(buffers_.mlp, t, row(t), rows,
              [&](std::int64_t traced) { return task_.trace->mlp(traced, layer); });
    }
    barrier();
  }

  void down(std::int64_t layer) {
    {
      HPCT_REGION("down");
      multiply_residual(at(layer).down, buffers_.mlp);
    }
    barrier();
  }

  void lm_head() {
    {
      HPCT_REGION("lm_head");
      const auto rows = share(shape_.vocabulary);
      multiply(weights_.matrices.lm_head, rows, buffers_.normed, scored(),
               {buffers_.logits.data() + rows.begin, shape_.vocabulary});
    }
    barrier();
  }

  void sampling() {
    HPCT_REGION("sampling");
    const auto part = share(scored(), 1);
    for (auto i = part.begin; i < part.end; ++i)
      buffers_.choices[static_cast<std::size_t>(i)] =
          plain_.argmax(buffers_.logits.data() + i * shape_.vocabulary, shape_.vocabulary);
  }

  const PassTask& task_;
  const Shape& shape_;
  const PagedCache& cache_;
  PassBuffers& buffers_;
  const Weights& weights_;
  std::span<const BatchRow> rows_;
  const Kernels& plain_;
  PassScratch& own_;
  int number_;
  int members_;
};

}  // namespace

void walk_through_pass(const PassTask& task, int member) { PassMember(task, member).run(); }

}  // namespace hpct::qwen
