// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_pass.h"

#include <hpct/progress.h>
#include <hpct/region.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "workloads/qwen/kv_format.h"
#include "workloads/qwen/model.h"
#include "workloads/qwen/run_attention.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {
namespace {

constexpr std::int64_t kMostGroup = 8;  ///< query heads of one key/value head

/// How many rows of a product take a fraction of a second even without vectors: Ctrl-C is looked for between.
std::int64_t interruptible_rows(std::int64_t columns, std::int64_t tokens) {
  constexpr std::int64_t kProducts = std::int64_t{1} << 31;
  constexpr std::int64_t kTile = 64;  // a multiple of every kernel's
  return std::max(kProducts / (columns * tokens) / kTile, std::int64_t{1}) * kTile;
}

/// The running softmax of one group of query heads, over parts.
struct Running {
  std::array<float, kMostGroup> largest;
  std::array<float, kMostGroup> weights;
};

}  // namespace

/// What a pass is to do.
struct BatchPass::Task {
  std::span<const BatchRow> rows;
  const PassKernels* kernels;
  const Weights* weights;
  PassTrace* trace;
  bool bytes;  ///< some matrix wants its vectors so
};

/// One member's walk through the pass.
class BatchPass::Member {
 public:
  Member(BatchPass& pass, const Task& task, int number)
      : pass_(pass),
        shape_(*pass.shape_),
        task_(task),
        weights_(*task.weights),
        rows_(task.rows),
        plain_(*task.kernels->plain),
        batch_(*task.kernels->batch),
        own_(pass.private_[static_cast<std::size_t>(number)]),
        number_(number),
        members_(pass.team_->size()) {}

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
    if (pass_.scored_.empty()) return;
    final_norm();
    lm_head();
    sampling();
  }

 private:
  [[nodiscard]] std::int64_t count() const { return static_cast<std::int64_t>(rows_.size()); }
  [[nodiscard]] std::int64_t scored() const { return static_cast<std::int64_t>(pass_.scored_.size()); }
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
    pass_.team_->barrier();
  }

  [[nodiscard]] const BatchRow& row(std::int64_t t) const { return rows_[static_cast<std::size_t>(t)]; }

  /// Rounds `size` elements of x from element `first` on, where the product wants bf16.
  void narrow(const Activations& x, std::int64_t first, std::int64_t size) {
    if (batch_.rounds) plain_.to_bf16(x.exact.data() + first, size, x.halves.data() + first);
  }

  /// Elements of row t of x, whole groups, to bytes. `traced` says where the trace keeps the row.
  template <class Traced>
  void round(const Activations& x, std::int64_t t, const BatchRow& of, Share part, Traced traced) {
    const auto first = t * x.size + part.begin;
    auto* const values = x.bytes.data() + first;
    auto* const scales = x.scales.data() + first / kGroup;
    batch_.round(x.exact.data() + first, part.size(), values, scales, x.minus_sums.data() + first / kGroup);
    if (task_.trace != nullptr && of.traced >= 0)
      task_.trace->keep(traced(of.traced) + part.begin, part.size(), values, scales);
  }

  static ProductInput input(const Activations& x, std::int64_t tokens) {
    return {x.exact.data(), x.halves.data(), {x.bytes.data(), x.scales.data(), x.minus_sums.data()}, tokens};
  }

  /// Some rows of matrix * x for the first `tokens` vectors.
  void multiply(const Matrix& matrix, Share rows, const Activations& x, std::int64_t tokens,
                const ProductOutput& to) {
    if (interrupt_requested()) return;  // the pass goes on to its end, so that no member waits for another
    if (const auto piece = interruptible_rows(matrix.columns, tokens); rows.size() > piece) {
      multiply(matrix, {rows.begin, rows.begin + piece}, x, tokens, to);
      return multiply(matrix, {rows.begin + piece, rows.end}, x, tokens, {to.out + piece, to.stride, to.add});
    }
    qwen::multiply(batch_, matrix, rows, input(x, tokens), to, own_.expanded.data());
  }

  void multiply_residual(const Matrix& matrix, const Activations& x) {
    const auto rows = share(shape_.hidden);
    multiply(matrix, rows, x, count(), {pass_.x_.data() + rows.begin, shape_.hidden, true});
  }

  void embedding() {
    {
      HPCT_REGION("embedding");
      const auto& matrix = weights_.matrices.embedding;
      for (auto t = tokens().begin; t < tokens().end; ++t)
        expand(matrix.format, matrix.row(row(t).token), shape_.hidden, pass_.x_.data() + t * shape_.hidden);
    }
    // No barrier: each member normalises the rows it made.
  }

  void normalise(const float* gain, std::int64_t from, std::int64_t to) {
    const auto d = shape_.hidden;
    plain_.rmsnorm(pass_.x_.data() + from * d, gain, d, shape_.norm_epsilon,
                   pass_.normed_.exact.data() + to * d);
    narrow(pass_.normed_, to * d, d);
  }

  /// `slot`: of the trace.
  void round_normed(std::int64_t t, const BatchRow& of, std::int64_t slot) {
    round(pass_.normed_, t, of, {0, shape_.hidden},
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
    const auto number = [&](std::int64_t i) { return pass_.scored_[static_cast<std::size_t>(i)]; };
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
      multiply(matrix, {own.begin - first, own.end - first}, pass_.normed_, count(),
               {pass_.qkv_.data() + own.begin, shape_.qkv_rows()});
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
        float* const out = pass_.qkv_.data() + t * shape_.qkv_rows();
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
        plain_.rope(pass_.cosines_.data() + position * half, pass_.sines_.data() + position * half, half,
                    pass_.qkv_.data() + t * shape_.qkv_rows() + head * shape_.head_dim);
    }
  }

  void append(const float* from, std::byte* to) {
    if (pass_.cache_->format() == Format::bf16)
      return plain_.to_bf16(from, shape_.head_dim, reinterpret_cast<Bf16*>(to));
    store(pass_.cache_->format(), from, shape_.head_dim, to);
  }

  /// By the member that rotated the row.
  void kv_append(std::int64_t layer) {
    {
      HPCT_REGION("kv_append");
      const auto dim = shape_.head_dim;
      for (auto t = tokens().begin; t < tokens().end; ++t) {
        const auto slot = pass_.cache_->slot(*row(t).table, row(t).position);
        const float* const key = pass_.qkv_.data() + t * shape_.qkv_rows() + shape_.query_size();
        for (std::int64_t head = 0; head < shape_.kv_heads; ++head) {
          append(key + head * dim, pass_.cache_->keys(layer, head, slot));
          append(key + shape_.kv_size() + head * dim, pass_.cache_->values(layer, head, slot));
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
      for_each_piece([&](std::int64_t t, std::int64_t head) { attend(layer, t, head); });
    }
    if (task_.bytes) {
      HPCT_REGION("round");
      const auto size = shape_.group() * shape_.head_dim;
      for_each_piece([&](std::int64_t t, std::int64_t head) {
        round(pass_.attended_, t, row(t), {head * size, (head + 1) * size},
              [&](std::int64_t traced) { return task_.trace->attended(traced, layer); });
      });
    }
    barrier();
  }

  void attend(std::int64_t layer, std::int64_t t, std::int64_t head) {
    const auto size = shape_.group() * shape_.head_dim;
    const auto place = t * shape_.query_size() + head * size;
    const auto& cache = *pass_.cache_;
    Running running{};
    const AttendRows all{.queries = pass_.qkv_.data() + t * shape_.qkv_rows() + head * size,
                         .keys = nullptr,
                         .values = nullptr,
                         .group = shape_.group(),
                         .dim = shape_.head_dim,
                         .count = row(t).position + 1,
                         .sums = pass_.attended_.exact.data() + place,
                         .largest = running.largest.data(),
                         .weights = running.weights.data()};
    RunAttention attention({&plain_, nullptr, task_.kernels->cache, batch_.join}, cache.format(), all,
                           {own_.scores.data(), own_.part.data(), own_.rows.data()});
    cache.for_each_run(*row(t).table, all.count, [&](std::int64_t slot, std::int64_t positions) {
      attention.add(cache.keys(layer, head, slot), cache.values(layer, head, slot), positions);
    });
    attention.finish();
    divide(running, all.sums);
    narrow(pass_.attended_, place, size);
  }

  void divide(const Running& running, float* sums) {
    const auto dim = shape_.head_dim;
    for (std::int64_t g = 0; g < shape_.group(); ++g) {
      const float inverse = 1.0F / running.weights[static_cast<std::size_t>(g)];
      for (std::int64_t i = g * dim; i < (g + 1) * dim; ++i) sums[i] *= inverse;
    }
  }

  void o_proj(std::int64_t layer) {
    {
      HPCT_REGION("o_proj");
      multiply_residual(at(layer).output, pass_.attended_);
    }
    barrier();
  }

  /// Whole groups of rows, because whoever computes a group rounds it.
  void gate_up(std::int64_t layer) {
    const auto f = shape_.intermediate;
    const auto rows = share(f, kGroup);
    {
      HPCT_REGION("gate_up");
      multiply(at(layer).gate, rows, pass_.normed_, count(), {pass_.gate_.data() + rows.begin, f});
      multiply(at(layer).up, rows, pass_.normed_, count(), {pass_.up_.data() + rows.begin, f});
      for (std::int64_t t = 0; t < count(); ++t) {
        const auto place = t * f + rows.begin;
        plain_.silu_multiply(pass_.gate_.data() + place, pass_.up_.data() + place, rows.size(),
                             pass_.mlp_.exact.data() + place);
        narrow(pass_.mlp_, place, rows.size());
      }
    }
    if (task_.bytes) {
      HPCT_REGION("round");
      for (std::int64_t t = 0; t < count(); ++t)
        round(pass_.mlp_, t, row(t), rows,
              [&](std::int64_t traced) { return task_.trace->mlp(traced, layer); });
    }
    barrier();
  }

  void down(std::int64_t layer) {
    {
      HPCT_REGION("down");
      multiply_residual(at(layer).down, pass_.mlp_);
    }
    barrier();
  }

  void lm_head() {
    {
      HPCT_REGION("lm_head");
      const auto rows = share(shape_.vocabulary);
      multiply(weights_.matrices.lm_head, rows, pass_.normed_, scored(),
               {pass_.logits_.data() + rows.begin, shape_.vocabulary});
    }
    barrier();
  }

  void sampling() {
    HPCT_REGION("sampling");
    const auto part = share(scored(), 1);
    for (auto i = part.begin; i < part.end; ++i)
      pass_.choices_[static_cast<std::size_t>(i)] =
          plain_.argmax(pass_.logits_.data() + i * shape_.vocabulary, shape_.vocabulary);
  }

  BatchPass& pass_;
  const Shape& shape_;
  const Task& task_;
  const Weights& weights_;
  std::span<const BatchRow> rows_;
  const Kernels& plain_;
  const BatchKernels& batch_;
  Private& own_;
  int number_;
  int members_;
};

namespace {

std::int64_t largest_scratch(const Shape& shape) {
  return std::max(
      {scratch_floats(shape.hidden), scratch_floats(shape.query_size()), scratch_floats(shape.intermediate)});
}

}  // namespace

std::int64_t pass_bytes(const Shape& shape, const PassLimits& limits, int members) {
  const auto d = shape.hidden, f = shape.intermediate, q = shape.query_size();
  const auto vector = d + q + f;  // 4 bytes exact, 2 as bf16, 1 as a byte, and 8 for each 32
  const auto row = 4 * (d + shape.qkv_rows() + 2 * f) + 7 * vector + vector / 4;
  const auto own = shape.group() * (limits.positions + shape.head_dim + 2) +
                   RunAttention::staged_bytes(2 * shape.head_dim) / 4 + largest_scratch(shape);
  return limits.rows * row + 4 * (limits.scored * shape.vocabulary + limits.positions * shape.head_dim) +
         4 * members * own;
}

Expected<BatchPass> BatchPass::make(const Shape& shape, const PagedCache& cache, ThreadTeam& team,
                                    const PassLimits& limits) {
  BatchPass pass(shape, cache, team);
  if (auto made = pass.allocate(limits); !made) return tl::unexpected(made.error());
  pass.fill_rotations(limits.positions);
  return pass;
}

Expected<void> BatchPass::allocate(const PassLimits& limits) {
  Expected<void> result;
  const auto make = [&]<class T>(PageArray<T>& array, std::int64_t size) {
    if (!result) return;
    auto made = PageArray<T>::allocate(size);
    if (made)
      array = std::move(*made);
    else
      result = tl::unexpected(made.error());
  };
  const auto make_all = [&](Activations& x, std::int64_t size) {
    x.size = size;
    make(x.exact, limits.rows * size);
    make(x.halves, limits.rows * size);
    make(x.bytes, limits.rows * size);
    make(x.scales, limits.rows * size / kGroup);
    make(x.minus_sums, limits.rows * size / kGroup);
  };
  make(x_, limits.rows * shape_->hidden);
  make_all(normed_, shape_->hidden);
  make(qkv_, limits.rows * shape_->qkv_rows());
  make_all(attended_, shape_->query_size());
  make(gate_, limits.rows * shape_->intermediate);
  make(up_, limits.rows * shape_->intermediate);
  make_all(mlp_, shape_->intermediate);
  make(logits_, limits.scored * shape_->vocabulary);
  make(cosines_, limits.positions * shape_->head_dim / 2);
  make(sines_, limits.positions * shape_->head_dim / 2);
  private_.resize(static_cast<std::size_t>(team_->size()));
  for (auto& own : private_) {
    make(own.scores, shape_->group() * limits.positions);
    make(own.part, shape_->group() * (shape_->head_dim + 2));
    make(own.rows, RunAttention::staged_bytes(cache_->row_bytes()));
    make(own.expanded, largest_scratch(*shape_));
  }
  choices_.resize(static_cast<std::size_t>(limits.scored));
  scored_.reserve(static_cast<std::size_t>(limits.scored));
  return result;
}

void BatchPass::fill_rotations(std::int64_t positions) {
  const auto half = shape_->head_dim / 2;
  for (std::int64_t position = 0; position < positions; ++position) {
    const auto row = rope_row(*shape_, position);
    std::copy(row.cosines.begin(), row.cosines.end(), cosines_.data() + position * half);
    std::copy(row.sines.begin(), row.sines.end(), sines_.data() + position * half);
  }
}

void BatchPass::run(std::span<const BatchRow> rows, const PassKernels& kernels, const Weights& weights,
                    PassTrace* trace) {
  scored_.clear();
  for (std::size_t t = 0; t < rows.size(); ++t)
    if (rows[t].scored) scored_.push_back(static_cast<std::int64_t>(t));
  bool bytes = false;
  weights.matrices.for_each([&](const Matrix& m) { bytes = bytes || takes_bytes(*kernels.batch, m.format); });
  if (trace != nullptr) trace->note(bytes ? kernels.batch : nullptr);
  const Task task{rows, &kernels, &weights, trace, bytes};
  team_->run([&](int member) { Member(*this, task, member).run(); });
}

}  // namespace hpct::qwen
