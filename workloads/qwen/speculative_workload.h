// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/batch_model.h"
#include "workloads/qwen/batch_work.h"

namespace hpct::qwen {

/// What a SpeculativeWorkload is made from.
struct SpeculativeOptions {
  BatchOptions model;
  std::optional<Format> weights = Format::bf16;  ///< none: those of the file
  std::int64_t page = 16;                        ///< tokens in a page of the KV cache; 0: one piece
  std::int64_t context = 256;                    ///< made-up positions in the cache before
  std::int64_t tokens = 64;                      ///< to decode
  std::int64_t draft = 4;                        ///< one of the variants
  double acceptance = 0.8;                       ///< chance of each drafted token to be right
  Isa isa = Isa::baseline;
};

/// plain, and draft-2, draft-4, draft-8 and draft-N in order of the drafted tokens.
std::vector<Variant> speculative_variants(std::int64_t draft, Isa isa);

/// Expected tokens of a pass that verifies `draft` tokens, each right with probability `acceptance` given
/// that those before are: 1 + a + .. + a^k = (1 - a^(k+1)) / (1 - a) (Leviathan, Kalman, Matias, "Fast
/// Inference from Transformers via Speculative Decoding", ICML 2023, equation 1).
double expected_tokens(std::int64_t draft, double acceptance);

/// A sequence decoded with drafted tokens: each pass takes the last token and the drafted ones, and goes on
/// behind the last that the model itself would have chosen. There is no draft model: drafts are what the
/// model is known to say, from a plain decoding beforehand, and by a seeded coin sometimes another token. So
/// drafting costs nothing, and the result must be that of plain decoding, token by token.
class SpeculativeWorkload final : public Workload {
 public:
  explicit SpeculativeWorkload(SpeculativeOptions options);

  Expected<void> prepare(Progress& progress) override;
  Expected<void> run(const Variant& variant) override;

  /// All tokens against plain decoding; once for each variant, the first, a middle and the last step also
  /// against the double-precision reference.
  Expected<Check> verify(const Variant& variant) override;
  [[nodiscard]] DeclaredWork work(const Variant& variant) const override;

  /// For tests: of the last run, and of plain decoding.
  [[nodiscard]] std::vector<std::int64_t>& output() { return output_; }
  [[nodiscard]] const std::vector<std::int64_t>& truth() const { return truth_; }

 private:
  void decode(std::int64_t draft);
  std::span<const BatchRow> next_rows(std::int64_t draft);
  void accept(std::span<const BatchRow> rows);
  [[nodiscard]] std::int64_t input_at(std::int64_t step) const;
  [[nodiscard]] std::int64_t drafted(std::int64_t step) const;
  Expected<Check> compare();
  void add_facts(ValueMap& facts, std::int64_t draft) const;

  SpeculativeOptions options_;
  BatchModel model_;
  PassPlan plan_;
  BlockTable table_;
  std::int64_t first_ = 0;  ///< input of the first step
  std::vector<std::int64_t> truth_, output_;
  std::vector<BatchRow> rows_;
  PassTally tally_;
  std::int64_t tested_ = 0, accepted_ = 0;  ///< drafted tokens that were compared, that were right
  std::vector<double> passes_;              ///< seconds, of the last run
  std::vector<double> per_token_;           ///< the same by the tokens that each gave
  std::vector<double> plain_;               ///< the same of the last plain run
  std::vector<float> last_logits_;
  std::vector<std::string> agreed_;  ///< variants that the reference has seen
  std::optional<Check> checked_;
  Check agreement_;
};

}  // namespace hpct::qwen
