// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "workloads/qwen/batch_model.h"
#include "workloads/qwen/batch_work.h"
#include "workloads/qwen/prefill_methods.h"

namespace hpct::qwen {

/// What a PrefillWorkload is made from.
struct PrefillOptions {
  BatchOptions model;
  std::vector<std::int64_t> prompt = {};   ///< token numbers; empty: made up
  std::int64_t tokens = 128;               ///< of a made-up prompt, at least 1
  std::int64_t checked = 8;                ///< rows of the prompt that are compared with the reference
  std::vector<std::string> variants = {};  ///< that will be run; empty: any. Only their weights are made
};

/// A prompt read from an empty cache, repeated: the logits of its last token are the result.
class PrefillWorkload final : public Workload {
 public:
  explicit PrefillWorkload(PrefillOptions options);

  Expected<void> prepare(Progress& progress) override;
  Expected<void> run(const Variant& variant) override;

  /// The measured pass leaves the logits of one token. So it is done again with those of the checked rows,
  /// and must give the same to the last bit, in the cache too. Then the checked rows are compared with the
  /// reference, once for each variant.
  Expected<Check> verify(const Variant& variant) override;
  [[nodiscard]] DeclaredWork work(const Variant& variant) const override;

  /// For tests that damage it on purpose. Valid after prepare().
  [[nodiscard]] BatchModel& model() { return model_; }

 private:
  struct Result {
    std::vector<float> logits;
    std::vector<std::byte> keys, values;
    bool operator==(const Result&) const = default;
  };

  [[nodiscard]] std::vector<std::optional<Format>> formats() const;
  [[nodiscard]] const PrefillMethod* method_of(const Variant& variant) const;
  void read_prompt(const PrefillMethod& method, std::span<const BatchRow> rows);
  [[nodiscard]] Result take_result(const PrefillMethod& method, std::int64_t scored);
  void spoil(const PrefillMethod& method);
  void choose_rows(std::int64_t count);
  Expected<Check> compare(const PrefillMethod& method);
  Expected<Check> check_rows(const PrefillMethod& method, const Result& measured);

  PrefillOptions options_;
  BatchModel model_;
  std::int64_t tokens_;
  std::int64_t checked_rows_;
  std::vector<PrefillMethod> methods_;
  BlockTable table_;
  std::vector<BatchRow> rows_;          ///< only the last is scored
  std::vector<BatchRow> checked_;       ///< those that are compared
  std::vector<BatchRow> with_checked_;  ///< all, the checked ones scored
  struct Agreed {
    Result result;
    Check check;
  };
  std::map<std::string, Agreed, std::less<>> agreed_;  ///< by variant
  std::optional<Check> checked_result_;                ///< of the last run, once verified
};

}  // namespace hpct::qwen
