// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/serving_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "workloads/qwen/percentile.h"
#include "workloads/qwen/random.h"
#include "workloads/random.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kCheckStream = 11;
constexpr std::string_view kStatic = "static-";

Variant variant_of(std::int64_t slots, bool continuous, Isa isa) {
  if (!continuous)
    return {fmt::format("{}{}", kStatic, slots), fmt::format("{} sequences start and end together", slots),
            isa, true};
  return {fmt::format("batch-{}", slots),
          slots == 1 ? std::string("one sequence after the other")
                     : fmt::format("up to {} sequences, each joins when a slot is free", slots),
          isa, true};
}

double seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

Value share_wasted(std::int64_t filled, std::int64_t reserved, const char* what) {
  return Value::of(1.0 - static_cast<double>(filled) / static_cast<double>(reserved), "%",
                   Provenance::counted, what);
}

}  // namespace

std::vector<Variant> serving_variants(std::int64_t slots, Isa isa) {
  std::vector<Variant> all;
  for (std::int64_t size = 1; size < slots; size *= 2) all.push_back(variant_of(size, true, isa));
  if (slots > 1) all.push_back(variant_of(slots, false, isa));
  all.push_back(variant_of(slots, true, isa));
  return all;
}

ServingWorkload::ServingWorkload(ServingOptions options)
    : options_(std::move(options)),
      model_(options_.model),
      plan_{pass_kernels(options_.isa), options_.weights, true} {
  options_.mix.seed = options_.model.seed;
}

BatchPolicy ServingWorkload::policy_of(const Variant& variant) const {
  const std::string_view name(variant.name);
  std::int64_t slots = 1;
  std::from_chars(name.data() + name.find('-') + 1, name.data() + name.size(), slots);
  return {.slots = slots,
          .continuous = !name.starts_with(kStatic),
          .contiguous = options_.contiguous,
          .chunk = options_.chunk,
          .longest = longest_request(options_.mix)};
}

Expected<void> ServingWorkload::prepare(Progress& progress) {
  requests_ = make_requests(options_.mix, model_.shape().vocabulary);
  const auto longest = longest_request(options_.mix);
  const auto pages = options_.slots * ((longest + options_.page - 1) / options_.page);
  const PassLimits limits{.rows = std::max(options_.slots * options_.chunk, longest),
                          .scored = std::max(options_.slots, longest),
                          .positions = longest};
  if (auto made = model_.make("qwen-serving", {&plan_.format, 1}, pages, options_.page, limits, progress);
      !made)
    return made;
  arrived_.resize(requests_.size());
  spoke_.resize(requests_.size());
  answers_.resize(requests_.size());
  return {};
}

void ServingWorkload::note_token(const Batcher::Sequence& sequence, Time now) {
  const auto number = static_cast<std::size_t>(sequence.number);
  if (sequence.answer.size() == 1)
    first_.push_back(seconds(now - arrived_[number]));
  else
    gaps_.push_back(seconds(now - spoke_[number]));
  spoke_[number] = now;
  if (sequence.finished()) answers_[number] = sequence.answer;
}

void ServingWorkload::keep_logits(const Batcher::Sequence& sequence, std::int64_t scored) {
  if (!sequence.finished()) return;
  last_number_ = sequence.number;
  const auto logits = model_.pass(true).logits(scored);
  last_logits_.assign(logits.begin(), logits.end());
}

Expected<void> ServingWorkload::run(const Variant& variant) {
  checked_.reset();
  gaps_.clear();
  first_.clear();
  tally_ = {};
  for (auto& answer : answers_) answer.clear();
  Batcher batcher(requests_, policy_of(variant), model_.cache());
  auto& pass = model_.pass(true);
  std::size_t left = requests_.size();
  for (auto rows = batcher.next_step(); !rows.empty(); rows = batcher.next_step()) {
    if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted while serving");
    const auto begin = std::chrono::steady_clock::now();
    for (auto i = batcher.arrivals().first; i < batcher.arrivals().last; ++i)
      arrived_[static_cast<std::size_t>(i)] = begin;
    model_.run(plan_, rows);
    tally_.add(rows);
    const auto end = std::chrono::steady_clock::now();
    std::int64_t scored = 0;
    batcher.finish_step([&](std::int64_t i) { return pass.choice(i); },
                        [&](const Batcher::Sequence& sequence) {
                          note_token(sequence, end);
                          left -= sequence.finished() ? 1 : 0;
                          if (left == 0) keep_logits(sequence, scored);
                          ++scored;
                        });
  }
  use_ = batcher.use();
  return {};
}

/// The whole sequence in one pass, scored where the answer was spoken.
std::vector<BatchRow> ServingWorkload::alone(std::int64_t number, BlockTable& table) const {
  const auto& request = requests_[static_cast<std::size_t>(number)];
  const auto& answer = answers_[static_cast<std::size_t>(number)];
  auto tokens = request.prompt;
  tokens.insert(tokens.end(), answer.begin(), answer.end() - 1);
  std::vector<BatchRow> rows;
  for (std::size_t p = 0; p < tokens.size(); ++p)
    rows.push_back({.token = tokens[p],
                    .position = static_cast<std::int64_t>(p),
                    .table = &table,
                    .scored = p + 1 >= request.prompt.size()});
  return rows;
}

/// What the pass over the sequence alone finds wrong with its answer; empty when all is well.
std::string ServingWorkload::difference(std::int64_t number, std::span<const BatchRow> rows) {
  auto& pass = model_.pass(true);
  model_.run(plan_, rows);
  const auto& answer = answers_[static_cast<std::size_t>(number)];
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const auto logits = pass.logits(static_cast<std::int64_t>(i));
    float scale = 0;
    for (const float logit : logits) scale = std::max(scale, std::abs(logit));
    const auto allowed = static_cast<float>(kFloatTolerance) * scale;
    const bool legal = answer[i] >= 0 && answer[i] < model_.shape().vocabulary;
    const auto best = logits[static_cast<std::size_t>(pass.choice(static_cast<std::int64_t>(i)))];
    if (!legal || !(best - logits[static_cast<std::size_t>(answer[i])] <= allowed))
      return fmt::format("token {} of answer {} is {}, alone it is {}", i, number, answer[i],
                         pass.choice(static_cast<std::int64_t>(i)));
    if (number != last_number_ || i + 1 < answer.size()) continue;
    for (std::size_t k = 0; k < logits.size(); ++k)
      if (!(std::abs(logits[k] - last_logits_[k]) <= allowed))
        return fmt::format("logit {} of the last token of answer {} is {:.6g}, alone it is {:.6g}", k, number,
                           last_logits_[k], logits[k]);
  }
  return {};
}

Expected<Check> ServingWorkload::compare_one(std::int64_t number, bool with_reference) {
  Check check{
      .ok = false, .reference = "each sequence alone, in double precision for some tokens", .message = {}};
  const auto& request = requests_[static_cast<std::size_t>(number)];
  if (static_cast<std::int64_t>(answers_[static_cast<std::size_t>(number)].size()) != request.answer) {
    check.message = fmt::format("answer {} is not complete", number);
    return check;
  }
  model_.cache().clear();
  BlockTable table;
  model_.cache().grow(table, longest_request(options_.mix));
  auto rows = alone(number, table);
  model_.trace(2);
  rows[request.prompt.size() - 1].traced = 0;
  rows.back().traced = 1;
  check.message = difference(number, rows);
  check.ok = check.message.empty();
  if (!check.ok || !with_reference) return check;
  const std::vector<BatchRow> some{rows[request.prompt.size() - 1], rows.back()};
  const auto reference = model_.reference(plan_, some);
  if (!reference) return tl::unexpected(reference.error());
  auto& pass = model_.pass(true);
  const std::vector<RowResult> results{{pass.logits(0), pass.choice(0)},
                                       {pass.logits(request.answer - 1), pass.choice(request.answer - 1)}};
  auto agreement = batch_agreement(results, *reference, kFloatTolerance);
  agreement.reference = check.reference;
  return agreement;
}

/// The answer finished last, and others by the seed.
Expected<Check> ServingWorkload::compare() {
  const auto count = static_cast<std::int64_t>(requests_.size());
  std::set<std::int64_t> others;
  for (std::uint64_t i = 0; static_cast<std::int64_t>(others.size()) < std::min(options_.checked, count); ++i)
    others.insert(static_cast<std::int64_t>(random_below(
        random_word(stream_key(model_.seed(), kCheckStream), i), static_cast<std::uint32_t>(count))));
  others.erase(last_number_);
  for (const auto number : others)
    if (auto check = compare_one(number, false); !check || !check->ok) return check;
  auto check = compare_one(last_number_, true);
  if (check) check->message = fmt::format("{} of {} sequences: {}", others.size() + 1, count, check->message);
  return check;
}

Expected<Check> ServingWorkload::verify(const Variant&) {
  if (checked_) return *checked_;
  if (const auto known = agreed_.find(answers_); known != agreed_.end()) return *(checked_ = known->second);
  auto check = compare();
  if (auto same = model_.expect_unchanged(); !same) return tl::unexpected(same.error());
  if (!check) return check;
  if (check->ok) agreed_[answers_] = *check;
  return *(checked_ = std::move(*check));
}

DeclaredWork ServingWorkload::work(const Variant&) const {
  double tokens = 0;
  for (const auto& answer : answers_) tokens += static_cast<double>(answer.size());
  auto work = model_.work(plan_, tally_, tokens);
  const auto bytes = [&](std::int64_t positions, const char* what) {
    return Value::of(static_cast<double>(positions * position_bytes(model_.shape(), model_.cache_format())),
                     "B", Provenance::counted, what);
  };
  work.facts["latency.p50"] = percentile(gaps_, 0.50, "s", "time between two tokens of an answer, median");
  work.facts["latency.p99"] =
      percentile(gaps_, 0.99, "s", "time between two tokens of an answer, 99th percentile");
  work.facts["first_token.p50"] =
      percentile(first_, 0.50, "s", "time from arrival to the first token, median");
  work.facts["first_token.p99"] =
      percentile(first_, 0.99, "s", "time from arrival to the first token, 99th percentile");
  work.facts["batch.rows"] =
      Value::of(tally_.rows / tally_.passes, "1", Provenance::counted, "tokens of all passes / passes");
  work.facts["kv.peak.paged"] = bytes(use_.peak_paged, "keys and values in pages begun, at most at once");
  work.facts["kv.peak.contiguous"] =
      bytes(use_.peak_contiguous, "the same if each sequence reserves the longest, at most at once");
  work.facts["kv.waste.paged"] = share_wasted(
      use_.filled, use_.paged, "1 - positions filled / positions of the pages begun, over all steps");
  work.facts["kv.waste.contiguous"] = share_wasted(
      use_.filled, use_.contiguous, "1 - positions filled / longest sequence * sequences, over all steps");
  return work;
}

}  // namespace hpct::qwen
