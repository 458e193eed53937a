// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batcher.h"

#include <algorithm>

namespace hpct::qwen {

Batcher::Batcher(std::span<const Request> requests, const BatchPolicy& policy, PagedCache& cache)
    : requests_(requests), policy_(policy), cache_(&cache) {
  cache_->clear();
  rows_.reserve(static_cast<std::size_t>(policy.slots * policy.chunk));
}

/// When nobody is there the clock goes on to the next arrival.
std::span<const BatchRow> Batcher::next_step() {
  const auto count = static_cast<std::int64_t>(requests_.size());
  rows_.clear();
  ++now_;
  if (active_.empty() && next_ < count)
    now_ = std::max(now_, requests_[static_cast<std::size_t>(next_)].arrival);
  arrivals_ = {arrived_, arrived_};
  while (arrived_ < count && requests_[static_cast<std::size_t>(arrived_)].arrival <= now_) ++arrived_;
  arrivals_.last = arrived_;
  admit();
  for (auto& sequence : active_) add_rows(*sequence);
  count_use();
  return rows_;
}

void Batcher::admit() {
  if (!policy_.continuous && !active_.empty()) return;
  while (next_ < arrived_ && static_cast<std::int64_t>(active_.size()) < policy_.slots) {
    auto sequence = std::make_unique<Sequence>();
    sequence->request = &requests_[static_cast<std::size_t>(next_)];
    sequence->number = next_++;
    sequence->answer.reserve(static_cast<std::size_t>(sequence->request->answer));
    if (policy_.contiguous) cache_->reserve(sequence->table, policy_.longest);
    active_.push_back(std::move(sequence));
  }
}

/// The last token of the prompt and each one chosen since speak; the token of an answer that is complete is
/// never read.
void Batcher::add_rows(Sequence& sequence) {
  const auto& prompt = sequence.request->prompt;
  const auto length = static_cast<std::int64_t>(prompt.size());
  const auto end =
      sequence.stored < length ? std::min(length, sequence.stored + policy_.chunk) : sequence.stored + 1;
  cache_->grow(sequence.table, end);
  for (auto p = sequence.stored; p < end; ++p)
    rows_.push_back({.token = p < length ? prompt[static_cast<std::size_t>(p)] : sequence.answer.back(),
                     .position = p,
                     .table = &sequence.table,
                     .scored = p + 1 >= length});
}

void Batcher::count_use() {
  std::int64_t filled = static_cast<std::int64_t>(rows_.size());
  std::int64_t paged = 0;
  for (const auto& sequence : active_) {
    filled += sequence->stored;
    const auto own = std::ranges::count(rows_, &sequence->table, &BatchRow::table);
    paged += cache_->pages_for(sequence->stored + own) * cache_->page();
  }
  const auto contiguous = static_cast<std::int64_t>(active_.size()) * policy_.longest;
  use_.filled += filled;
  use_.paged += paged;
  use_.contiguous += contiguous;
  use_.peak_paged = std::max(use_.peak_paged, paged);
  use_.peak_contiguous = std::max(use_.peak_contiguous, contiguous);
}

void Batcher::leave() {
  std::erase_if(active_, [&](const std::unique_ptr<Sequence>& sequence) {
    if (!sequence->finished()) return false;
    cache_->release(sequence->table);
    return true;
  });
}

}  // namespace hpct::qwen
