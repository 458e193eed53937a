// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/declared_work.h"

#include <fmt/args.h>
#include <fmt/format.h>

#include <initializer_list>
#include <map>
#include <utility>

namespace hpct::qwen {
namespace {

/// The letters of the formulas, as numbers. Whole but for w and m, bytes and flops per weight, and c, bytes
/// per element of the cache, which are multiples of 1/32; products stay far below 2^48 and are exact.
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

/// "L * d = 24 * 896" from "{L} * {d}": the formula in letters and in numbers.
std::string spell(const Letters& at, const char* pattern) {
  fmt::dynamic_format_arg_store<fmt::format_context> names;
  fmt::dynamic_format_arg_store<fmt::format_context> numbers;
  const std::pair<const char*, double> all[] = {
      {"d", at.d}, {"L", at.L}, {"H", at.H}, {"K", at.K}, {"h", at.h}, {"R", at.R}, {"f", at.f},
      {"V", at.V}, {"n", at.n}, {"N", at.N}, {"w", at.w}, {"m", at.m}, {"c", at.c}};
  for (const auto& [name, number] : all) {
    names.push_back(fmt::arg(name, name));
    numbers.push_back(fmt::arg(name, number));
  }
  return fmt::format("{} = {}", fmt::vformat(pattern, names), fmt::vformat(pattern, numbers));
}

/// Collects the regions and adds them up.
class Ledger {
 public:
  explicit Ledger(const Letters& letters) : at_(letters) {}

  Ledger& region(const char* name) {
    current_ = &work_.regions[fmt::format("decode/{}", name)];
    current_->flops = current_->bytes_read = current_->bytes_written = Quantity{0, "0"};
    return *this;
  }
  Ledger& flops(double amount, const char* pattern) { return set(&Work::flops, amount, pattern); }
  Ledger& reads(double amount, const char* pattern) { return set(&Work::bytes_read, amount, pattern); }
  Ledger& writes(double amount, const char* pattern) { return set(&Work::bytes_written, amount, pattern); }

  /// Other amounts than the formula gives, because tensors differ.
  void change(const std::string& name, double flops, double bytes) {
    auto& work = work_.regions[fmt::format("decode/{}", name)];
    work.flops = Quantity{work.flops->amount + flops, "sum over the tensors of the file"};
    work.bytes_read = Quantity{work.bytes_read->amount + bytes, "sum over the tensors of the file"};
  }

  DeclaredWork total() {
    for (auto field : {&Work::flops, &Work::bytes_read, &Work::bytes_written}) {
      Quantity sum{0, "sum over the kernels"};
      for (const auto& [path, work] : work_.regions) sum.amount += (work.*field)->amount;
      work_.total.*field = sum;
    }
    work_.total.items = Quantity{1, "1 token"};
    work_.total.precision = "fp32";  // whatever the weights are stored as
    work_.regions["decode"] = work_.total;
    return work_;
  }

 private:
  Ledger& set(std::optional<Quantity> Work::*field, double amount, const char* pattern) {
    current_->*field = Quantity{amount, spell(at_, pattern)};
    return *this;
  }

  Letters at_;
  DeclaredWork work_;
  Work* current_ = nullptr;
};

void declare_attention(Ledger& ledger, const Letters& at) {
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

void declare_mlp(Ledger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, n, N, w, m, c] = at;
  // silu(g) * u is an exponential, an addition, a division and a product.
  ledger.region("gate_up")
      .flops(L * (2 * m * d * f + 4 * f), "{L} * (2 * {m} * {d} * {f} + 4 * {f})")
      .reads(L * w * 2 * d * f, "{L} * {w} * 2 * {d} * {f}");
  ledger.region("down")
      .flops(L * (m * f * d + d), "{L} * ({m} * {f} * {d} + {d})")
      .reads(L * w * f * d, "{L} * {w} * {f} * {d}");
}

void declare_ends(Ledger& ledger, const Letters& at) {
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
void declare_rounding(Ledger& ledger, const Letters& at) {
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

Ledger ledger_of(const Letters& letters, bool rounded) {
  Ledger ledger(letters);
  declare_attention(ledger, letters);
  declare_mlp(ledger, letters);
  declare_ends(ledger, letters);
  if (rounded) declare_rounding(ledger, letters);
  return ledger;
}

/// Products of bytes have a roof of their own; they are nearly all of the work.
DeclaredWork with_precision(DeclaredWork work, bool rounded) {
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
  return with_precision(ledger_of(letters, rounds(format)).total(), rounds(format));
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
  return with_precision(ledger.total(), any_rounds(matrices));
}

}  // namespace hpct::qwen
