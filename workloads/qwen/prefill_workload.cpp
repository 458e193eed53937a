// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/prefill_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <limits>

#include "workloads/qwen/random.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kPromptStream = 7;
constexpr std::uint64_t kCheckStream = 8;

struct Row {
  const char* name;
  const char* summary;
  Isa isa;
  bool parallel;
};

PrefillMethod method(const Row& row, std::optional<Format> format, bool aside) {
  return {.variant = {row.name, row.summary, row.isa, row.parallel, aside},
          .plan = {pass_kernels(row.isa), format, row.parallel}};
}

PrefillMethod naive(std::optional<Format> format) {
  return {.variant = {"naive", "token by token, one sum at a time, one thread", Isa::baseline, false},
          .plan = {naive_pass_kernels(), format, false},
          .one_by_one = true};
}

using Methods = std::vector<PrefillMethod>;

void add(Methods& all, std::optional<Format> format, bool aside, std::initializer_list<Row> rows) {
  for (const auto& row : rows) all.push_back(method(row, format, aside));
}

/// Of bf16 weights, or those of a file.
Methods ladder(std::optional<Format> format) {
  Methods all{naive(format)};
  add(all, format, false,
      {{"blocked", "all tokens in one pass, tiles of 2 rows and 6 tokens, one thread", Isa::baseline, false},
       {"threads", "the same on all threads", Isa::baseline, true},
       {"neon", "tiles of 4 rows and 6 tokens, NEON", Isa::neon, true},
       {"avx2", "the same with AVX2 and FMA", Isa::avx2, true},
       {"avx512", "tiles of 4 rows and 6 tokens, AVX-512", Isa::avx512, true}});
  if (format) add(all, format, false, {{"amx", "activations rounded to bf16, AMX tiles", Isa::amx, true}});
  if (!format) add(all, format, false, {{"vnni", "AVX-512 with VNNI for bytes", Isa::avx512_vnni, true}});
  add(all, format, true,
      {{"neon-tokens", "NEON, but a pass for each token: what decoding the prompt would cost", Isa::neon,
        true},
       {"avx2-tokens", "AVX2, but a pass for each token: what decoding the prompt would cost", Isa::avx2,
        true},
       {"avx512-tokens", "AVX-512, but a pass for each token", Isa::avx512, true}});
  return all;
}

void add_formats(Methods& all) {
  add(all, Format::bf16, true,
      {{"avx512-bf16", "activations rounded to bf16, dot products of bf16 pairs", Isa::avx512_bf16, true}});
  add(all, Format::f16, true,
      {{"f16-threads", "f16 weights, expanded to floats, all threads", Isa::baseline, true},
       {"f16-avx2", "f16 weights, F16C and FMA, all threads", Isa::avx2, true},
       {"f16-avx512", "f16 weights, AVX-512, all threads", Isa::avx512, true}});
  add(all, Format::q8, true,
      {{"int8-threads", "int8 weights, a scale per 32, expanded to floats, all threads", Isa::baseline, true},
       {"int8-avx2", "int8 weights, activations too, pairs of products in 16 bits", Isa::avx2, true},
       {"int8-vnni", "the same, VNNI: dot products of 4 bytes", Isa::avx512_vnni, true}});
  add(all, Format::q4, true,
      {{"int4-threads", "int4 weights, a scale per 32, expanded to floats, all threads", Isa::baseline, true},
       {"int4-avx2", "int4 weights, activations as bytes, products in 16 bits", Isa::avx2, true},
       {"int4-vnni", "the same, VNNI: dot products of 4 bytes", Isa::avx512_vnni, true}});
}

}  // namespace

std::vector<PrefillMethod> prefill_methods(bool from_file) {
  auto all = ladder(from_file ? std::nullopt : std::optional(Format::bf16));
  if (!from_file) add_formats(all);
  for (auto& one : all) one.one_by_one = one.one_by_one || one.variant.name.ends_with("-tokens");
  std::erase_if(all, [](const PrefillMethod& one) { return !one.plan.kernels.built(); });
  return all;
}

PrefillWorkload::PrefillWorkload(PrefillOptions options)
    : options_(std::move(options)),
      model_(options_.model),
      tokens_(options_.prompt.empty() ? options_.tokens : static_cast<std::int64_t>(options_.prompt.size())),
      checked_rows_(std::min(tokens_, options_.checked)),
      methods_(prefill_methods(options_.model.file != nullptr)) {
  std::erase_if(methods_, [&](const PrefillMethod& one) {
    const auto& wanted = options_.variants;
    return !cpu_supports(one.variant.isa) ||
           (!wanted.empty() && std::ranges::find(wanted, one.variant.name) == wanted.end());
  });
}

std::vector<std::optional<Format>> PrefillWorkload::formats() const {
  std::vector<std::optional<Format>> all;
  for (const auto& one : methods_)
    if (std::ranges::find(all, one.plan.format) == all.end()) all.push_back(one.plan.format);
  return all;
}

const PrefillMethod* PrefillWorkload::method_of(const Variant& variant) const {
  const auto found = std::find_if(methods_.begin(), methods_.end(),
                                  [&](const PrefillMethod& one) { return one.variant.name == variant.name; });
  return found == methods_.end() ? nullptr : &*found;
}

Expected<void> PrefillWorkload::prepare(Progress& progress) {
  const PassLimits limits{.rows = tokens_, .scored = checked_rows_, .positions = tokens_};
  if (auto made = model_.make("qwen-prefill", formats(), 1, tokens_, limits, progress); !made) return made;
  model_.cache().reserve(table_, tokens_);
  for (std::int64_t t = 0; t < tokens_; ++t)
    rows_.push_back({.token = options_.prompt.empty() ? model_.made_up_token(kPromptStream, t)
                                                      : options_.prompt[static_cast<std::size_t>(t)],
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
  for (auto& row : with_checked_) {
    if (!row.scored) continue;
    row.traced = static_cast<std::int64_t>(checked_.size());
    checked_.push_back(row);
  }
}

void PrefillWorkload::read_prompt(const PrefillMethod& method, std::span<const BatchRow> rows) {
  if (!method.one_by_one) return model_.run(method.plan, rows);
  for (std::size_t t = 0; t < rows.size() && !interrupt_requested(); ++t)
    model_.run(method.plan, rows.subspan(t, 1));
}

Expected<void> PrefillWorkload::run(const Variant& variant) {
  const auto* const method = method_of(variant);
  if (method == nullptr)
    return fail(ErrorCode::not_supported, fmt::format("no variant {} was prepared", variant.name));
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
  constexpr auto kSpoiled = std::byte{0xFF};  // a NaN in every format
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  std::ranges::fill(model_.pass(method.variant.parallel).logits(0), kNaN);
  std::ranges::fill(model_.cache().all_keys(), kSpoiled);
  std::ranges::fill(model_.cache().all_values(), kSpoiled);
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
  model_.trace(checked_rows_);
  const std::span<const BatchRow> rows(with_checked_);
  for (std::size_t t = 0; method.one_by_one && t < rows.size(); ++t) {
    model_.run(method.plan, rows.subspan(t, 1));
    if (rows[t].scored) keep(0);
  }
  if (!method.one_by_one) model_.run(method.plan, rows);
  for (std::int64_t i = 0; !method.one_by_one && i < checked_rows_; ++i) keep(i);
  if (take_result(method, method.one_by_one ? 0 : checked_rows_ - 1) != measured)
    return Check{.ok = false,
                 .reference = "the same pass, done again",
                 .message = "the pass and its repetition differ"};
  const auto reference = model_.reference(method.plan, checked_);
  if (!reference) return tl::unexpected(reference.error());
  std::vector<RowResult> results;
  for (std::size_t i = 0; i < logits.size(); ++i) results.push_back({logits[i], tokens[i]});
  return batch_agreement(results, *reference,
                         method.plan.kernels.batch->rounds ? kHalvesTolerance : kFloatTolerance);
}

Expected<Check> PrefillWorkload::verify(const Variant& variant) {
  if (!checked_result_) {
    auto check = compare(*method_of(variant));
    if (auto same = model_.expect_unchanged(); !same) return tl::unexpected(same.error());
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
  return model_.work(method.plan, tally, static_cast<double>(tokens_));
}

}  // namespace hpct::qwen
