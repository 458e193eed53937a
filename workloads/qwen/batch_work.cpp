// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_work.h"

#include <initializer_list>

#include "workloads/qwen/declared_work.h"
#include "workloads/qwen/work_ledger.h"

namespace hpct::qwen {
namespace {

/// The letters of the formulas. Whole but for w and m, bytes and flops per weight, and c, bytes per element
/// of the cache, which are multiples of 1/32; products stay far below 2^48 for what a run can do.
struct Letters {
  double d, L, H, K, h, R, f, V, P, Q, T, S, A, C, w, m, c;
};

double flops_of(const BatchKernels& kernels, Format format) {
  return takes_bytes(kernels, format) ? flops_per_weight(format) : 2.0;
}

Letters letters_of(const Shape& shape, Format format, double flops, Format cache, const PassTally& tally) {
  const auto real = [](std::int64_t value) { return static_cast<double>(value); };
  return {.d = real(shape.hidden),
          .L = real(shape.layers),
          .H = real(shape.heads),
          .K = real(shape.kv_heads),
          .h = real(shape.head_dim),
          .R = real(shape.qkv_rows()),
          .f = real(shape.intermediate),
          .V = real(shape.vocabulary),
          .P = tally.passes,
          .Q = tally.scoring,
          .T = tally.rows,
          .S = tally.scored,
          .A = tally.attended,
          .C = tally.read,
          .w = bytes_per_weight(format),
          .m = flops,
          .c = bytes_per_weight(cache)};
}

NamedNumbers named(const Letters& at) {
  return {{"d", at.d}, {"L", at.L}, {"H", at.H}, {"K", at.K}, {"h", at.h}, {"R", at.R},
          {"f", at.f}, {"V", at.V}, {"P", at.P}, {"Q", at.Q}, {"T", at.T}, {"S", at.S},
          {"A", at.A}, {"C", at.C}, {"w", at.w}, {"m", at.m}, {"c", at.c}};
}

void declare_attention(WorkLedger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, P, Q, T, S, A, C, w, m, c] = at;
  ledger.region("qkv")
      .flops(T * L * (m * d * R + R), "{T} * {L} * ({m} * {d} * {R} + {R})")
      .reads(P * L * (w * d * R + 4 * R), "{P} * {L} * ({w} * {d} * {R} + 4 * {R})");
  ledger.region("rope")
      .flops(T * L * 3 * (H + K) * h, "{T} * {L} * 3 * ({H} + {K}) * {h}")
      .reads(T * 4 * h, "{T} * 4 * {h}");
  ledger.region("kv_append").writes(T * L * 2 * c * K * h, "{T} * {L} * 2 * {c} * {K} * {h}");
  // As for one token: dot products 2h, scaling 1, softmax 3 and values 2h for each position; a reciprocal and
  // h products to normalise.
  ledger.region("attention")
      .flops(L * H * ((4 * h + 4) * A + (h + 1) * T), "{L} * {H} * ((4 * {h} + 4) * {A} + ({h} + 1) * {T})")
      .reads(C * L * 2 * c * K * h, "{C} * {L} * 2 * {c} * {K} * {h}");
  ledger.region("o_proj")
      .flops(T * L * (m * H * h * d + d), "{T} * {L} * ({m} * {H} * {h} * {d} + {d})")
      .reads(P * L * w * H * h * d, "{P} * {L} * {w} * {H} * {h} * {d}");
}

void declare_mlp(WorkLedger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, P, Q, T, S, A, C, w, m, c] = at;
  ledger.region("gate_up")
      .flops(T * L * (2 * m * d * f + 4 * f), "{T} * {L} * (2 * {m} * {d} * {f} + 4 * {f})")
      .reads(P * L * w * 2 * d * f, "{P} * {L} * {w} * 2 * {d} * {f}");
  ledger.region("down")
      .flops(T * L * (m * f * d + d), "{T} * {L} * ({m} * {f} * {d} + {d})")
      .reads(P * L * w * f * d, "{P} * {L} * {w} * {f} * {d}");
}

void declare_ends(WorkLedger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, P, Q, T, S, A, C, w, m, c] = at;
  ledger.region("embedding").reads(T * w * d, "{T} * {w} * {d}");
  ledger.region("rmsnorm")
      .flops((T * 2 * L + S) * (4 * d + 4), "({T} * 2 * {L} + {S}) * (4 * {d} + 4)")
      .reads((P * 2 * L + Q) * 4 * d, "({P} * 2 * {L} + {Q}) * 4 * {d}");
  ledger.region("lm_head")
      .flops(S * m * d * V, "{S} * {m} * {d} * {V}")
      .reads(Q * w * d * V, "{Q} * {w} * {d} * {V}")
      .writes(S * 4 * V, "{S} * 4 * {V}");
  ledger.region("sampling");
}

/// Per group two divisions, for the scale and its inverse, and 32 products.
void declare_rounding(WorkLedger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, P, Q, T, S, A, C, w, m, c] = at;
  ledger.region("round").flops((T * L * (2 * d + H * h + f) + S * d) * 1.0625,
                               "({T} * {L} * (2 * {d} + {H} * {h} + {f}) + {S} * {d}) * 1.0625");
}

/// Formulas for bf16, changed to what the tensors of the file really are.
class Tensors {
 public:
  Tensors(WorkLedger& ledger, const BatchKernels& kernels) : ledger_(ledger), kernels_(kernels) {}

  /// `rows` vectors are multiplied, in `passes` readings.
  void change(const char* region, std::initializer_list<const Matrix*> matrices, double rows, double passes) {
    for (const auto* matrix : matrices) {
      const auto weights = static_cast<double>(matrix->rows * matrix->columns);
      ledger_.change(region, rows * weights * (flops_of(kernels_, matrix->format) - 2.0),
                     passes * weights * (bytes_per_weight(matrix->format) - 2.0));
    }
  }

 private:
  WorkLedger& ledger_;
  const BatchKernels& kernels_;
};

void change_mixed(WorkLedger& ledger, const MatrixSet& matrices, const BatchKernels& kernels,
                  const PassTally& tally) {
  Tensors tensors(ledger, kernels);
  for (const auto& at : matrices.layers) {
    tensors.change("qkv", {&at.query, &at.key, &at.value}, tally.rows, tally.passes);
    tensors.change("o_proj", {&at.output}, tally.rows, tally.passes);
    tensors.change("gate_up", {&at.gate, &at.up}, tally.rows, tally.passes);
    tensors.change("down", {&at.down}, tally.rows, tally.passes);
  }
  tensors.change("lm_head", {&matrices.lm_head}, tally.scored, tally.scoring);
  const auto bytes = bytes_per_weight(matrices.embedding.format) - 2.0;
  ledger.change("embedding", 0, tally.rows * bytes * static_cast<double>(matrices.embedding.columns));
}

/// Products of bytes, and of pairs of bf16, have a roof of their own; they are nearly all of the work.
void name_precision(DeclaredWork& work, const char* precision) {
  work.total.precision = precision;
  for (const char* region : {"pass", "pass/qkv", "pass/o_proj", "pass/gate_up", "pass/down", "pass/lm_head"})
    work.regions[region].precision = precision;
}

}  // namespace

void PassTally::add(std::span<const BatchRow> batch) {
  double outputs = 0;
  for (std::size_t t = 0; t < batch.size(); ++t) {
    outputs += batch[t].scored ? 1 : 0;
    attended += static_cast<double>(batch[t].position + 1);
    const bool first = t == 0 || batch[t].table != batch[t - 1].table;
    if (first) read += static_cast<double>(batch[t].position);
  }
  passes += 1;
  scoring += outputs > 0 ? 1 : 0;
  rows += static_cast<double>(batch.size());
  scored += outputs;
}

DeclaredWork declared_pass_work(const Shape& shape, const MatrixSet& matrices, const BatchKernels& kernels,
                                Format cache, const PassTally& tally, double items) {
  const bool same = uniform(matrices);
  const auto format = same ? matrices.embedding.format : Format::bf16;
  const auto letters = letters_of(shape, format, same ? flops_of(kernels, format) : 2.0, cache, tally);
  WorkLedger ledger("pass", named(letters));
  declare_attention(ledger, letters);
  declare_mlp(ledger, letters);
  declare_ends(ledger, letters);
  bool bytes = false;
  matrices.for_each([&](const Matrix& matrix) { bytes = bytes || takes_bytes(kernels, matrix.format); });
  if (bytes) declare_rounding(ledger, letters);
  if (!same) change_mixed(ledger, matrices, kernels, tally);
  auto work = ledger.total(Quantity{items, "tokens of the result", Provenance::counted});
  if (bytes) name_precision(work, "int8");
  if (!bytes && kernels.rounds && format == Format::bf16) name_precision(work, "bf16");
  work.facts["token.bytes"] = bytes_per_item(work.total);
  return work;
}

}  // namespace hpct::qwen
