// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/declared_work.h"

#include <initializer_list>
#include <map>
#include <string>

#include "workloads/qwen/work_ledger.h"

namespace hpct::qwen {
namespace {

/// The letters of the formulas, as numbers. Whole but for w and m, bytes and flops per weight, and c, bytes
/// per element of the cache, which are multiples of 1/128; products stay far below 2^48 and are exact.
struct Letters {
  double d, L, H, K, h, R, f, V, n, N, w, m, c;
};

Letters letters_of(const Shape& shape, std::int64_t context, Format format, Format cache) {
  const auto real = [](std::int64_t value) { return static_cast<double>(value); };
  return {.d = real(shape.hidden),
          .L = real(shape.layers),
          .H = real(shape.heads),
          .K = real(shape.kv_heads),
          .h = real(shape.head_dim),
          .R = real(shape.qkv_rows()),
          .f = real(shape.intermediate),
          .V = real(shape.vocabulary),
          .n = real(context),
          .N = real(context + 1),
          .w = bytes_per_weight(format),
          .m = flops_per_weight(format),
          .c = bytes_per_weight(cache)};
}

void declare_attention(WorkLedger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, n, N, w, m, c] = at;
  ledger.region("qkv")
      .flops(L * (m * d * R + R), "{L} * ({m} * {d} * {R} + {R})")
      .reads(L * (w * d * R + 4 * R), "{L} * ({w} * {d} * {R} + 4 * {R})");
  ledger.region("rope").flops(L * 3 * (H + K) * h, "{L} * 3 * ({H} + {K}) * {h}").reads(4 * h, "4 * {h}");
  ledger.region("kv_append").writes(L * 2 * c * K * h, "{L} * 2 * {c} * {K} * {h}");
  // Per head: dot products 2hN, scaling N, softmax 3N (difference, exponential, sum), values 2hN,
  // one reciprocal and h products to normalise. The keys and values just appended are in cache.
  ledger.region("attention")
      .flops(L * H * (4 * h * N + 4 * N + h + 1), "{L} * {H} * (4 * {h} * {N} + 4 * {N} + {h} + 1)")
      .reads(L * 2 * c * K * h * n, "{L} * 2 * {c} * {K} * {h} * {n}");
  ledger.region("o_proj")
      .flops(L * (m * H * h * d + d), "{L} * ({m} * {H} * {h} * {d} + {d})")
      .reads(L * w * H * h * d, "{L} * {w} * {H} * {h} * {d}");
}

void declare_mlp(WorkLedger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, n, N, w, m, c] = at;
  // silu(g) * u is an exponential, an addition, a division and a product.
  ledger.region("gate_up")
      .flops(L * (2 * m * d * f + 4 * f), "{L} * (2 * {m} * {d} * {f} + 4 * {f})")
      .reads(L * w * 2 * d * f, "{L} * {w} * 2 * {d} * {f}");
  ledger.region("down")
      .flops(L * (m * f * d + d), "{L} * ({m} * {f} * {d} + {d})")
      .reads(L * w * f * d, "{L} * {w} * {f} * {d}");
}

void declare_ends(WorkLedger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, n, N, w, m, c] = at;
  ledger.region("embedding").reads(w * d, "{w} * {d}");
  // Squares and sum 2d, scaling and gain 2d; mean, epsilon, root and reciprocal are the 4.
  ledger.region("rmsnorm")
      .flops((2 * L + 1) * (4 * d + 4), "(2 * {L} + 1) * (4 * {d} + 4)")
      .reads((2 * L + 1) * 4 * d, "(2 * {L} + 1) * 4 * {d}");
  ledger.region("lm_head")
      .flops(m * d * V, "{m} * {d} * {V}")
      .reads(w * d * V, "{w} * {d} * {V}")
      .writes(4 * V, "4 * {V}");
  ledger.region("sampling");
}

/// Per group two divisions, for the scale and its inverse, and 32 products.
void declare_rounding(WorkLedger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, n, N, w, m, c] = at;
  ledger.region("round").flops((L * (2 * d + H * h + f) + d) * 1.0625,
                               "({L} * (2 * {d} + {H} * {h} + {f}) + {d}) * 1.0625");
}

struct MatrixWork {
  double flops = 0;
  double bytes = 0;
};

MatrixWork work_of(std::initializer_list<const Matrix*> matrices) {
  MatrixWork work;
  for (const auto* matrix : matrices) {
    work.flops += flops_per_weight(matrix->format) * static_cast<double>(matrix->rows * matrix->columns);
    work.bytes += static_cast<double>(matrix->bytes());
  }
  return work;
}

/// What the matrices of each region really are, instead of bf16: `by_name` of "qkv" and so on.
std::map<std::string, MatrixWork> by_region(const MatrixSet& matrices) {
  std::map<std::string, MatrixWork> sums;
  const auto add = [&](const char* region, MatrixWork work) {
    sums[region].flops += work.flops;
    sums[region].bytes += work.bytes;
  };
  for (const auto& at : matrices.layers) {
    add("qkv", work_of({&at.query, &at.key, &at.value}));
    add("o_proj", work_of({&at.output}));
    add("gate_up", work_of({&at.gate, &at.up}));
    add("down", work_of({&at.down}));
  }
  add("lm_head", work_of({&matrices.lm_head}));
  return sums;
}

WorkLedger ledger_of(const Letters& at, bool rounded) {
  WorkLedger ledger("decode", {{"d", at.d},
                               {"L", at.L},
                               {"H", at.H},
                               {"K", at.K},
                               {"h", at.h},
                               {"R", at.R},
                               {"f", at.f},
                               {"V", at.V},
                               {"n", at.n},
                               {"N", at.N},
                               {"w", at.w},
                               {"m", at.m},
                               {"c", at.c}});
  declare_attention(ledger, at);
  declare_mlp(ledger, at);
  declare_ends(ledger, at);
  if (rounded) declare_rounding(ledger, at);
  return ledger;
}

/// Products of bytes have a roof of their own; they are nearly all of the work.
DeclaredWork finished(WorkLedger& ledger, bool rounded) {
  auto work = ledger.total(Quantity{1, "1 token"});
  work.regions["decode"].items = work.total.items;
  if (!rounded) return work;
  work.total.precision = "int8";
  for (const char* region :
       {"decode", "decode/qkv", "decode/o_proj", "decode/gate_up", "decode/down", "decode/lm_head"})
    work.regions[region].precision = "int8";
  return work;
}

}  // namespace

double flops_per_weight(Format format) { return rounds(format) ? 2.0 + 3.0 / 32.0 : 2.0; }

DeclaredWork declared_work(const Shape& shape, std::int64_t context, Format format, Format cache) {
  const auto letters = letters_of(shape, context, format, cache);
  auto ledger = ledger_of(letters, rounds(format));
  return finished(ledger, rounds(format));
}

DeclaredWork declared_work(const Shape& shape, std::int64_t context, const MatrixSet& matrices,
                           Format cache) {
  if (uniform(matrices)) return declared_work(shape, context, matrices.embedding.format, cache);
  auto ledger = ledger_of(letters_of(shape, context, Format::bf16, cache), any_rounds(matrices));
  const auto plain = by_region(lay_out(shape, Format::bf16, nullptr));
  for (const auto& [region, work] : by_region(matrices)) {
    const auto& before = plain.find(region)->second;
    ledger.change(region, work.flops - before.flops, work.bytes - before.bytes);
  }
  ledger.change("embedding", 0,
                static_cast<double>(matrices.embedding.row_bytes() - bytes_of(Format::bf16, shape.hidden)));
  return finished(ledger, any_rounds(matrices));
}

}  // namespace hpct::qwen
