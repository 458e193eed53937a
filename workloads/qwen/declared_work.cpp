// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/declared_work.h"

#include <fmt/args.h>
#include <fmt/format.h>

#include <utility>

namespace hpct::qwen {
namespace {

/// The letters of the formulas, as numbers. All are whole; products stay far below 2^53.
struct Letters {
  double d, L, H, K, h, R, f, V, n, N, w;
};

Letters letters_of(const Shape& shape, std::int64_t context, int weight_bytes) {
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
          .w = real(weight_bytes)};
}

/// "L * d = 24 * 896" from "{L} * {d}": the formula in letters and in numbers.
std::string spell(const Letters& at, const char* pattern) {
  fmt::dynamic_format_arg_store<fmt::format_context> names;
  fmt::dynamic_format_arg_store<fmt::format_context> numbers;
  const std::pair<const char*, double> all[] = {{"d", at.d}, {"L", at.L}, {"H", at.H}, {"K", at.K},
                                                {"h", at.h}, {"R", at.R}, {"f", at.f}, {"V", at.V},
                                                {"n", at.n}, {"N", at.N}, {"w", at.w}};
  for (const auto& [name, number] : all) {
    names.push_back(fmt::arg(name, name));
    numbers.push_back(fmt::arg(name, static_cast<std::int64_t>(number)));
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
  const auto [d, L, H, K, h, R, f, V, n, N, w] = at;
  ledger.region("qkv")
      .flops(L * (2 * d * R + R), "{L} * (2 * {d} * {R} + {R})")
      .reads(L * (w * d * R + 4 * R), "{L} * ({w} * {d} * {R} + 4 * {R})");
  ledger.region("rope").flops(L * 3 * (H + K) * h, "{L} * 3 * ({H} + {K}) * {h}").reads(4 * h, "4 * {h}");
  ledger.region("kv_append").writes(L * 2 * 2 * K * h, "{L} * 2 * 2 * {K} * {h}");
  // Per head: dot products 2hN, scaling N, softmax 3N (difference, exponential, sum), values 2hN,
  // one reciprocal and h products to normalise. The keys and values just appended are in cache.
  ledger.region("attention")
      .flops(L * H * (4 * h * N + 4 * N + h + 1), "{L} * {H} * (4 * {h} * {N} + 4 * {N} + {h} + 1)")
      .reads(L * 2 * 2 * K * h * n, "{L} * 2 * 2 * {K} * {h} * {n}");
  ledger.region("o_proj")
      .flops(L * (2 * H * h * d + d), "{L} * (2 * {H} * {h} * {d} + {d})")
      .reads(L * w * H * h * d, "{L} * {w} * {H} * {h} * {d}");
}

void declare_mlp(Ledger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, n, N, w] = at;
  // silu(g) * u is an exponential, an addition, a division and a product.
  ledger.region("gate_up")
      .flops(L * (4 * d * f + 4 * f), "{L} * (4 * {d} * {f} + 4 * {f})")
      .reads(L * w * 2 * d * f, "{L} * {w} * 2 * {d} * {f}");
  ledger.region("down")
      .flops(L * (2 * f * d + d), "{L} * (2 * {f} * {d} + {d})")
      .reads(L * w * f * d, "{L} * {w} * {f} * {d}");
}

void declare_ends(Ledger& ledger, const Letters& at) {
  const auto [d, L, H, K, h, R, f, V, n, N, w] = at;
  ledger.region("embedding").reads(w * d, "{w} * {d}");
  // Squares and sum 2d, scaling and gain 2d; mean, epsilon, root and reciprocal are the 4.
  ledger.region("rmsnorm")
      .flops((2 * L + 1) * (4 * d + 4), "(2 * {L} + 1) * (4 * {d} + 4)")
      .reads((2 * L + 1) * 4 * d, "(2 * {L} + 1) * 4 * {d}");
  ledger.region("lm_head")
      .flops(2 * d * V, "2 * {d} * {V}")
      .reads(w * d * V, "{w} * {d} * {V}")
      .writes(4 * V, "4 * {V}");
  ledger.region("sampling");
}

}  // namespace

DeclaredWork declared_work(const Shape& shape, std::int64_t context, int weight_bytes) {
  const auto letters = letters_of(shape, context, weight_bytes);
  Ledger ledger(letters);
  declare_attention(ledger, letters);
  declare_mlp(ledger, letters);
  declare_ends(ledger, letters);
  return ledger.total();
}

}  // namespace hpct::qwen
