// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "workloads/qwen/batch_pass.h"
#include "workloads/qwen/paged_cache.h"
#include "workloads/qwen/serving_requests.h"

namespace hpct::qwen {

/// Who computes together.
struct BatchPolicy {
  std::int64_t slots = 1;  ///< sequences at once
  bool continuous = true;  ///< a free slot is filled at the next step; else when all are free
  bool contiguous =
      false;  ///< a sequence reserves `longest` positions when it joins, instead of page by page
  std::int64_t chunk = 16;  ///< prompt tokens of a sequence in one step
  std::int64_t longest = 1;
};

/// Places in the KV cache, summed over steps, and the most at once. In positions, a token each.
struct CacheUse {
  std::int64_t filled = 0;
  std::int64_t paged = 0;       ///< in pages begun
  std::int64_t contiguous = 0;  ///< if each sequence reserves the longest
  std::int64_t peak_paged = 0;
  std::int64_t peak_contiguous = 0;
};

/// Brings requests together into steps: each active sequence takes part in each step with a piece of its
/// prompt or with the token it chose last. Knows nothing of time and of the model: whoever computes the step
/// says what was chosen.
class Batcher {
 public:
  struct Sequence {
    const Request* request = nullptr;
    std::int64_t number = 0;  ///< of the request
    BlockTable table;
    std::int64_t stored = 0;  ///< positions in the cache
    std::vector<std::int64_t> answer;
    bool finished() const { return static_cast<std::int64_t>(answer.size()) == request->answer; }
  };

  /// Requests in order of arrival. The cache must have room for all slots at their longest.
  Batcher(std::span<const Request> requests, const BatchPolicy& policy, PagedCache& cache);

  /// Fills slots and gives the rows of the next step; empty when all is answered. Valid until finish_step().
  std::span<const BatchRow> next_step();

  /// Those that arrived by now and have not been waiting at the step before: as numbers [first, last).
  struct Arrivals {
    std::int64_t first = 0, last = 0;
  };
  [[nodiscard]] Arrivals arrivals() const { return arrivals_; }

  /// choice(i) is the best next token of the i-th scored row. told(sequence) is called for each that got a
  /// token, the finished ones included, whose pages are free afterwards.
  template <class Choice, class Told>
  void finish_step(Choice choice, Told told) {
    std::int64_t scored = 0;
    std::size_t row = 0;
    for (auto& sequence : active_) {
      bool spoke = false;
      for (; row < rows_.size() && rows_[row].table == &sequence->table; ++row) {
        ++sequence->stored;
        spoke = rows_[row].scored;
      }
      if (!spoke) continue;
      sequence->answer.push_back(choice(scored++));
      told(*sequence);
    }
    leave();
  }

  [[nodiscard]] const CacheUse& use() const { return use_; }

 private:
  void admit();
  void add_rows(Sequence& sequence);
  void count_use();
  void leave();

  std::span<const Request> requests_;
  BatchPolicy policy_;
  PagedCache* cache_;
  std::vector<std::unique_ptr<Sequence>> active_;  ///< rows point into them
  std::vector<BatchRow> rows_;
  std::int64_t now_ = -1;     ///< step
  std::int64_t arrived_ = 0;  ///< requests
  std::int64_t next_ = 0;     ///< request to join
  Arrivals arrivals_;
  CacheUse use_;
};

}  // namespace hpct::qwen
