// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/prefill_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "workloads/qwen/random.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kPromptStream = 7;
constexpr std::uint64_t kCheckStream = 8;

PrefillMethod method(const char* name, const char* summary, Isa isa, bool parallel, bool aside = false) {
  return {.variant = {name, summary, isa, parallel, aside}, .kernels = pass_kernels(isa)};
}

}  // namespace

std::vector<PrefillMethod> prefill_methods() {
  std::vector<PrefillMethod> all{
      {.variant = {"naive", "token by token, one sum at a time, one thread", Isa::baseline, false},
       .kernels = naive_pass_kernels(),
       .one_by_one = true},
      method("blocked", "all tokens in one pass, tiles of 2 rows and 6 tokens, one thread", Isa::baseline,
             false),
      method("threads", "the same on all threads", Isa::baseline, true),
      method("avx2", "the same with AVX2 and FMA", Isa::avx2, true),
      method("avx512", "tiles of 4 rows and 6 tokens, AVX-512", Isa::avx512, true),
      method("avx2-tokens", "AVX2, but a pass for each token: what decoding the prompt would cost", Isa::avx2,
             true, true),
      method("avx512-tokens", "AVX-512, but a pass for each token", Isa::avx512, true, true),
      method("avx512-bf16", "activations rounded to bf16, dot products of bf16 pairs", Isa::avx512_bf16, true,
             true)};
  for (auto& one : all) one.one_by_one = one.one_by_one || one.variant.name.ends_with("-tokens");
  std::erase_if(all, [](const PrefillMethod& one) { return !one.kernels.built(); });
  return all;
}

PrefillWorkload::PrefillWorkload(BatchOptions options, std::int64_t tokens, std::int64_t checked_rows)
    : model_(std::move(options)),
      tokens_(tokens),
      checked_rows_(std::min(tokens, checked_rows)),
      methods_(prefill_methods()) {}

const PrefillMethod* PrefillWorkload::method_of(const Variant& variant) const {
  const auto found = std::find_if(methods_.begin(), methods_.end(),
                                  [&](const PrefillMethod& one) { return one.variant.name == variant.name; });
  return found == methods_.end() ? nullptr : &*found;
}

Expected<void> PrefillWorkload::prepare(Progress& progress) {
  const PassLimits limits{.rows = tokens_, .scored = checked_rows_, .positions = tokens_};
  if (auto made = model_.make("qwen-prefill", 1, tokens_, limits, progress); !made) return made;
  model_.cache().reserve(table_, tokens_);
  for (std::int64_t t = 0; t < tokens_; ++t)
    rows_.push_back({.token = model_.made_up_token(kPromptStream, t),
                     .position = t,
                     .table = &table_,
                     .scored = t + 1 == tokens_});
  choose_rows(checked_rows_);
  return {};
}

/// The last, the first, and others by the seed, in order.
void PrefillWorkload::choose_rows(std::int64_t count) {
  with_checked_ = rows_;
  with_checked_.front().scored = true;
  const auto scored = [&] { return std::ranges::count_if(with_checked_, &BatchRow::scored); };
  for (std::uint64_t i = 0; scored() < count; ++i) {
    const auto word = random_word(stream_key(model_.seed(), kCheckStream), i);
    with_checked_[word % with_checked_.size()].scored = true;
  }
  std::ranges::copy_if(with_checked_, std::back_inserter(checked_), &BatchRow::scored);
}

void PrefillWorkload::read_prompt(const PrefillMethod& method, std::span<const BatchRow> rows) {
  auto& pass = model_.pass(method.variant.parallel);
  if (!method.one_by_one) return pass.run(rows, method.kernels);
  for (std::size_t t = 0; t < rows.size() && !interrupt_requested(); ++t)
    pass.run(rows.subspan(t, 1), method.kernels);
}

Expected<void> PrefillWorkload::run(const Variant& variant) {
  const auto* const method = method_of(variant);
  if (method == nullptr)
    return fail(ErrorCode::usage, fmt::format("there is no variant \"{}\"", variant.name));
  checked_result_.reset();
  read_prompt(*method, rows_);
  if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted while reading the prompt");
  return {};
}

PrefillWorkload::Result PrefillWorkload::take_result(const PrefillMethod& method, std::int64_t scored) {
  const auto logits = model_.pass(method.variant.parallel).logits(scored);
  const auto keys = model_.cache().all_keys(), values = model_.cache().all_values();
  return {{logits.begin(), logits.end()}, {keys.begin(), keys.end()}, {values.begin(), values.end()}};
}

/// A pass that leaves something out must not go through with what the one before it left behind.
void PrefillWorkload::spoil(const PrefillMethod& method) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  std::ranges::fill(model_.pass(method.variant.parallel).logits(0), kNaN);
  std::ranges::fill(model_.cache().all_keys(), round_to_bf16(kNaN));
  std::ranges::fill(model_.cache().all_values(), round_to_bf16(kNaN));
}

/// Token by token the logits of each checked row are taken as they come: a pass has only its own.
Expected<Check> PrefillWorkload::check_rows(const PrefillMethod& method, const Result& measured) {
  auto& pass = model_.pass(method.variant.parallel);
  std::vector<std::vector<float>> logits;
  std::vector<std::int64_t> tokens;
  const auto keep = [&](std::int64_t scored) {
    logits.emplace_back(pass.logits(scored).begin(), pass.logits(scored).end());
    tokens.push_back(pass.choice(scored));
  };
  spoil(method);
  const std::span<const BatchRow> rows(with_checked_);
  for (std::size_t t = 0; method.one_by_one && t < rows.size(); ++t) {
    pass.run(rows.subspan(t, 1), method.kernels);
    if (rows[t].scored) keep(0);
  }
  if (!method.one_by_one) pass.run(rows, method.kernels);
  for (std::int64_t i = 0; !method.one_by_one && i < checked_rows_; ++i) keep(i);
  if (take_result(method, method.one_by_one ? 0 : checked_rows_ - 1) != measured)
    return Check{.ok = false,
                 .reference = "the same pass, done again",
                 .message = "the pass and its repetition differ"};
  const auto reference = model_.reference(checked_);
  if (!reference) return tl::unexpected(reference.error());
  std::vector<RowResult> results;
  for (std::size_t i = 0; i < logits.size(); ++i) results.push_back({logits[i], tokens[i]});
  return batch_agreement(results, *reference,
                         method.kernels.batch->rounds ? kHalvesTolerance : kFloatTolerance);
}

Expected<Check> PrefillWorkload::verify(const Variant& variant) {
  if (!checked_result_) {
    auto check = compare(*method_of(variant));
    if (!check) return check;
    checked_result_ = std::move(*check);
  }
  return *checked_result_;
}

Expected<Check> PrefillWorkload::compare(const PrefillMethod& method) {
  auto result = take_result(method, 0);
  const auto known = agreed_.find(method.variant.name);
  if (known != agreed_.end() && known->second.result == result) {
    spoil(method);
    return known->second.check;
  }
  auto check = check_rows(method, result);
  if (check && check->ok) agreed_[method.variant.name] = {std::move(result), *check};
  spoil(method);
  return check;
}

DeclaredWork PrefillWorkload::work(const Variant& variant) const {
  const auto& method = *method_of(variant);
  PassTally tally;
  const std::span<const BatchRow> rows(rows_);
  for (std::size_t t = 0; method.one_by_one && t < rows.size(); ++t) tally.add(rows.subspan(t, 1));
  if (!method.one_by_one) tally.add(rows);
  auto work = declared_pass_work(model_.shape(), tally, static_cast<double>(tokens_));
  if (method.kernels.batch->rounds)
    for (auto& [path, part] : work.regions) part.precision = "bf16";
  if (method.kernels.batch->rounds) work.total.precision = "bf16";
  return work;
}

}  // namespace hpct::qwen
