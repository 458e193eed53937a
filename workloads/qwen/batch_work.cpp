// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_work.h"

#include "workloads/qwen/work_ledger.h"

namespace hpct::qwen {
namespace {

/// The letters of the formulas. All whole; products stay far below 2^53 for what a run can do.
struct Letters {
  double d, L, H, K, h, R, f, V, P, Q, T, S, A, C;
};

Letters letters_of(const Shape& shape, const PassTally& tally) {
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
          .C = tally.read};
}

NamedNumbers named(const Letters& at) {
  return {{"d", at.d}, {"L", at.L}, {"H", at.H}, {"K", at.K}, {"h", at.h}, {"R", at.R}, {"f", at.f},
          {"V", at.V}, {"P", at.P}, {"Q", at.Q}, {"T", at.T}, {"S", at.S}, {"A", at.A}, {"C", at.C}};
}

void declare_attention(WorkLedger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, P, Q, T, S, A, C] = at;
  ledger.region("qkv")
      .flops(T * L * (2 * d * R + R), "{T} * {L} * (2 * {d} * {R} + {R})")
      .reads(P * L * (2 * d * R + 4 * R), "{P} * {L} * (2 * {d} * {R} + 4 * {R})");
  ledger.region("rope")
      .flops(T * L * 3 * (H + K) * h, "{T} * {L} * 3 * ({H} + {K}) * {h}")
      .reads(T * 4 * h, "{T} * 4 * {h}");
  ledger.region("kv_append").writes(T * L * 2 * 2 * K * h, "{T} * {L} * 2 * 2 * {K} * {h}");
  // As for one token: dot products 2h, scaling 1, softmax 3 and values 2h for each position; a reciprocal and
  // h products to normalise.
  ledger.region("attention")
      .flops(L * H * ((4 * h + 4) * A + (h + 1) * T), "{L} * {H} * ((4 * {h} + 4) * {A} + ({h} + 1) * {T})")
      .reads(C * L * 2 * 2 * K * h, "{C} * {L} * 2 * 2 * {K} * {h}");
  ledger.region("o_proj")
      .flops(T * L * (2 * H * h * d + d), "{T} * {L} * (2 * {H} * {h} * {d} + {d})")
      .reads(P * L * 2 * H * h * d, "{P} * {L} * 2 * {H} * {h} * {d}");
}

void declare_mlp(WorkLedger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, P, Q, T, S, A, C] = at;
  ledger.region("gate_up")
      .flops(T * L * (4 * d * f + 4 * f), "{T} * {L} * (4 * {d} * {f} + 4 * {f})")
      .reads(P * L * 4 * d * f, "{P} * {L} * 4 * {d} * {f}");
  ledger.region("down")
      .flops(T * L * (2 * f * d + d), "{T} * {L} * (2 * {f} * {d} + {d})")
      .reads(P * L * 2 * f * d, "{P} * {L} * 2 * {f} * {d}");
}

void declare_ends(WorkLedger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, P, Q, T, S, A, C] = at;
  ledger.region("embedding").reads(T * 2 * d, "{T} * 2 * {d}");
  ledger.region("rmsnorm")
      .flops((T * 2 * L + S) * (4 * d + 4), "({T} * 2 * {L} + {S}) * (4 * {d} + 4)")
      .reads((P * 2 * L + Q) * 4 * d, "({P} * 2 * {L} + {Q}) * 4 * {d}");
  ledger.region("lm_head")
      .flops(S * 2 * d * V, "{S} * 2 * {d} * {V}")
      .reads(Q * 2 * d * V, "{Q} * 2 * {d} * {V}")
      .writes(S * 4 * V, "{S} * 4 * {V}");
  ledger.region("sampling");
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

DeclaredWork declared_pass_work(const Shape& shape, const PassTally& tally, double items) {
  const auto letters = letters_of(shape, tally);
  WorkLedger ledger("pass", named(letters));
  declare_attention(ledger, letters);
  declare_mlp(ledger, letters);
  declare_ends(ledger, letters);
  return ledger.total(Quantity{items, "tokens of the result", Provenance::counted});
}

}  // namespace hpct::qwen
