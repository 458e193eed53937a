// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>

#include "workloads/qwen/batch_model.h"
#include "workloads/qwen/batch_work.h"
#include "workloads/qwen/batcher.h"

namespace hpct::qwen {

/// What a ServingWorkload is made from.
struct ServingOptions {
  BatchOptions model;
  std::optional<Format> weights = Format::bf16;  ///< none: those of the file
  RequestMix mix;
  std::int64_t slots = 16;  ///< of the largest variant
  std::int64_t page = 16;
  std::int64_t chunk = 16;
  bool contiguous = false;
  Isa isa = Isa::baseline;
  std::int64_t checked = 4;  ///< sequences that are decoded again, alone
};

/// batch-1, batch-2, batch-4 and so on up to the slots, and before the last static-N: the same slots, filled
/// only when all are free.
std::vector<Variant> serving_variants(std::int64_t slots, Isa isa);

/// Requests answered by passes over all active sequences. The result is all answers, token by token.
class ServingWorkload final : public Workload {
 public:
  explicit ServingWorkload(ServingOptions options);

  Expected<void> prepare(Progress& progress) override;
  Expected<void> run(const Variant& variant) override;

  /// Some sequences again, each alone in a cache of its own with its answer given: every token must be the
  /// best of its logits, or one that they cannot tell from it; logits of the last step must agree; and rows
  /// of one sequence are compared with the double-precision reference. Answers that have agreed are
  /// afterwards compared token by token.
  Expected<Check> verify(const Variant& variant) override;
  [[nodiscard]] DeclaredWork work(const Variant& variant) const override;

  /// For tests. Answers of the last run, by request.
  [[nodiscard]] std::vector<std::vector<std::int64_t>>& answers() { return answers_; }
  [[nodiscard]] const std::vector<Request>& requests() const { return requests_; }

 private:
  using Time = std::chrono::steady_clock::time_point;

  [[nodiscard]] BatchPolicy policy_of(const Variant& variant) const;
  void note_token(const Batcher::Sequence& sequence, Time now);
  void keep_logits(const Batcher::Sequence& sequence, std::int64_t scored);
  std::vector<BatchRow> alone(std::int64_t number, BlockTable& table) const;
  Expected<Check> compare();
  Expected<Check> compare_one(std::int64_t number, bool with_reference);
  [[nodiscard]] std::string difference(std::int64_t number, std::span<const BatchRow> rows);

  ServingOptions options_;
  BatchModel model_;
  PassPlan plan_;
  std::vector<Request> requests_;
  std::vector<std::vector<std::int64_t>> answers_;
  PassTally tally_;
  CacheUse use_;
  std::vector<Time> arrived_, spoke_;  ///< by request
  std::vector<double> gaps_;           ///< seconds between two tokens of an answer
  std::vector<double> first_;          ///< seconds from arrival to the first token
  std::vector<float> last_logits_;     ///< of the answer finished last
  std::int64_t last_number_ = -1;
  std::map<std::vector<std::vector<std::int64_t>>, Check> agreed_;
  std::optional<Check> checked_;
};

}  // namespace hpct::qwen
