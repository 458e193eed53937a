// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/speculative_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <numeric>
#include <set>

#include "workloads/qwen/percentile.h"
#include "workloads/qwen/random.h"
#include "workloads/random.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kInputStream = 12;
constexpr std::uint64_t kCoinStream = 13;
constexpr const char* kReference = "plain decoding; in double precision for some steps";

/// 0 for plain.
std::int64_t draft_of(const Variant& variant) {
  const std::string_view name(variant.name);
  std::int64_t draft = 0;
  if (const auto dash = name.find('-'); dash != name.npos)
    std::from_chars(name.data() + dash + 1, name.data() + name.size(), draft);
  return draft;
}

std::int64_t largest_draft(std::int64_t draft) { return std::max<std::int64_t>(8, draft); }

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double total(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

}  // namespace

std::vector<Variant> speculative_variants(std::int64_t draft, Isa isa) {
  std::vector<Variant> all{{"plain", "a pass for each token", isa, true}};
  for (const auto size : std::set<std::int64_t>{2, 4, 8, draft})
    all.push_back(
        {fmt::format("draft-{}", size), fmt::format("a pass verifies {} drafted tokens", size), isa, true});
  return all;
}

double expected_tokens(std::int64_t draft, double acceptance) {
  double sum = 0;
  for (std::int64_t i = draft; i >= 0; --i) sum = sum * acceptance + 1;
  return sum;
}

SpeculativeWorkload::SpeculativeWorkload(SpeculativeOptions options)
    : options_(std::move(options)),
      model_(options_.model),
      plan_{pass_kernels(options_.isa), options_.weights, true} {}

/// The second plain decoding is the one that is timed: the first touches everything first.
Expected<void> SpeculativeWorkload::prepare(Progress& progress) {
  const auto positions = options_.context + options_.tokens;
  const auto rows = largest_draft(options_.draft) + 1;
  const PassLimits limits{.rows = rows, .scored = rows, .positions = positions};
  const auto page = options_.page == 0 ? positions : options_.page;
  const auto pages = (positions + page - 1) / page;
  if (auto made = model_.make("qwen-speculative", {&plan_.format, 1}, pages, page, limits, progress); !made)
    return made;
  model_.cache().shuffle(model_.seed());
  model_.cache().grow(table_, positions);
  model_.fill_cache(table_, options_.context);
  first_ = model_.made_up_token(kInputStream, 0);
  for (int round = 0; round < 2; ++round) {
    progress.update("decoding plainly", round, 2);
    decode(0);
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted while decoding plainly");
    truth_ = output_;
  }
  plain_ = passes_;
  return {};
}

std::int64_t SpeculativeWorkload::input_at(std::int64_t step) const {
  return step == 0 ? first_ : output_[static_cast<std::size_t>(step - 1)];
}

/// The coin is a pure function of seed and place, so that all variants draft the same there.
std::int64_t SpeculativeWorkload::drafted(std::int64_t step) const {
  const auto word = random_word(stream_key(model_.seed(), kCoinStream), static_cast<std::uint64_t>(step));
  const auto right = truth_[static_cast<std::size_t>(step)];
  return random_unit(word) < options_.acceptance ? right : (right + 1) % model_.shape().vocabulary;
}

/// The last token and the drafted ones behind it, none past the end.
std::span<const BatchRow> SpeculativeWorkload::next_rows(std::int64_t draft) {
  const auto done = static_cast<std::int64_t>(output_.size());
  const auto size = std::min(draft + 1, options_.tokens - done);
  rows_.clear();
  for (std::int64_t i = 0; i < size; ++i)
    rows_.push_back({.token = i == 0 ? input_at(done) : drafted(done + i - 1),
                     .position = options_.context + done + i,
                     .table = &table_,
                     .scored = true});
  return rows_;
}

/// What the model says behind the last token and behind each drafted one that it would have said itself.
void SpeculativeWorkload::accept(std::span<const BatchRow> rows) {
  auto& pass = model_.pass(true);
  std::int64_t row = 0;
  output_.push_back(pass.choice(0));
  for (; row + 1 < static_cast<std::int64_t>(rows.size()); ++row) {
    ++tested_;
    if (output_.back() != rows[static_cast<std::size_t>(row + 1)].token) break;
    ++accepted_;
    output_.push_back(pass.choice(row + 1));
  }
  if (static_cast<std::int64_t>(output_.size()) < options_.tokens) return;
  const auto logits = pass.logits(row);
  last_logits_.assign(logits.begin(), logits.end());
}

void SpeculativeWorkload::decode(std::int64_t draft) {
  output_.clear();
  passes_.clear();
  per_token_.clear();
  tally_ = {};
  tested_ = accepted_ = 0;
  while (static_cast<std::int64_t>(output_.size()) < options_.tokens && !interrupt_requested()) {
    const auto begin = std::chrono::steady_clock::now();
    const auto rows = next_rows(draft);
    model_.run(plan_, rows);
    tally_.add(rows);
    const auto before = output_.size();
    accept(rows);
    passes_.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    per_token_.push_back(passes_.back() / static_cast<double>(output_.size() - before));
  }
}

Expected<void> SpeculativeWorkload::run(const Variant& variant) {
  checked_.reset();
  decode(draft_of(variant));
  if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted while decoding");
  if (draft_of(variant) == 0) plain_ = passes_;
  return {};
}

/// Some steps again, one by one: they write the same keys and values as before.
Expected<Check> SpeculativeWorkload::compare() {
  std::vector<BatchRow> rows;
  std::vector<std::vector<float>> logits;
  std::vector<RowResult> results;
  auto& pass = model_.pass(true);
  model_.trace(3);
  for (const auto step : std::set<std::int64_t>{0, options_.tokens / 2, options_.tokens - 1}) {
    rows.push_back({.token = input_at(step),
                    .position = options_.context + step,
                    .table = &table_,
                    .scored = true,
                    .traced = static_cast<std::int64_t>(rows.size())});
    model_.run(plan_, {&rows.back(), 1});
    logits.emplace_back(pass.logits(0).begin(), pass.logits(0).end());
    results.push_back({{}, output_[static_cast<std::size_t>(step)]});
  }
  logits.back() = last_logits_;  // as measured
  for (std::size_t i = 0; i < results.size(); ++i) results[i].logits = logits[i];
  const auto reference = model_.reference(plan_, rows);
  if (!reference) return tl::unexpected(reference.error());
  auto check = batch_agreement(results, *reference, kFloatTolerance);
  check.reference = kReference;
  return check;
}

Expected<Check> SpeculativeWorkload::verify(const Variant& variant) {
  if (checked_) return *checked_;
  if (auto same = model_.expect_unchanged(); !same) return tl::unexpected(same.error());
  const auto wrong = std::ranges::mismatch(output_, truth_).in1 - output_.begin();
  if (output_ != truth_) {
    checked_ = Check{.ok = false,
                     .reference = kReference,
                     .message = fmt::format("token {} is not that of plain decoding", wrong)};
    return *checked_;
  }
  if (std::ranges::find(agreed_, variant.name) == agreed_.end()) {
    auto check = compare();
    if (auto same = model_.expect_unchanged(); !same) return tl::unexpected(same.error());
    if (!check) return check;
    agreement_ = *check;
    if (check->ok) agreed_.push_back(variant.name);
  }
  return *(checked_ = agreement_);
}

void SpeculativeWorkload::add_facts(ValueMap& facts, std::int64_t draft) const {
  const auto tokens = static_cast<double>(options_.tokens);
  const double cost = median(passes_) / median(plain_);
  const double expected = expected_tokens(draft, options_.acceptance);
  facts["draft.tokens_per_pass"] =
      Value::of(tokens / tally_.passes, "1", Provenance::counted, "tokens / passes");
  facts["draft.tokens_per_pass.expected"] =
      Value::of(expected, "1", Provenance::modelled,
                fmt::format("(1 - a^(k+1)) / (1 - a), a = {}, k = {}", options_.acceptance, draft));
  facts["draft.accepted"] =
      tested_ == 0 ? Value::missing("%", MissingReason::too_few, "no drafted token was compared")
                   : Value::of(static_cast<double>(accepted_) / static_cast<double>(tested_), "%",
                               Provenance::counted, "drafted tokens that were right / compared");
  facts["draft.pass_cost"] =
      Value::of(cost, "1", Provenance::measured, "median pass / median pass of plain decoding");
  facts["draft.speedup"] = Value::of(total(plain_) / total(passes_), "1", Provenance::measured,
                                     "time of plain decoding / time, all passes");
  facts["draft.speedup.expected"] =
      Value::of(expected / cost, "1", Provenance::modelled, "expected tokens per pass / cost of a pass");
}

DeclaredWork SpeculativeWorkload::work(const Variant& variant) const {
  auto work = model_.work(plan_, tally_, static_cast<double>(options_.tokens));
  work.facts["latency.p50"] = percentile(per_token_, 0.50, "s", "time of a pass / its tokens, median");
  work.facts["latency.p99"] =
      percentile(per_token_, 0.99, "s", "time of a pass / its tokens, 99th percentile");
  add_cache_facts(model_.shape(), model_.cache_format(), options_.context + options_.tokens, options_.page,
                  work.facts);
  if (const auto draft = draft_of(variant); draft > 0) add_facts(work.facts, draft);
  return work;
}

}  // namespace hpct::qwen
