// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace hpct::qwen {

/// How the next token is chosen from the logits. Deterministic: the one random number is given.
struct Sampling {
  enum class Rule { argmax, top_k, top_p };
  Rule rule = Rule::argmax;
  std::int64_t k = 40;  ///< top_k: among the k largest, and those equal to the last of them
  double p = 0.9;       ///< top_p: among the fewest largest that together have this probability
  double draw = 0;      ///< in [0, 1): how far to go through the candidates, by probability, in their order
};

/// "argmax", "top-k" or "top-p".
Sampling::Rule sampling_rule(std::string_view name);

/// Chooses by top_k or top_p, without sorting the vocabulary: first how large a logit must be to be a
/// candidate, then a walk through the candidates in the order of their numbers.
class Sampler {
 public:
  /// Makes the buffers for that many logits.
  explicit Sampler(std::int64_t vocabulary);

  /// As many logits as the vocabulary has. Allocates nothing.
  std::int64_t choose(std::span<const float> logits, const Sampling& sampling);

 private:
  float kth_largest(std::span<const float> logits, std::int64_t k);
  float smallest_of_nucleus(std::span<const float> logits, double p);
  float last_needed(std::span<const float> logits, float top, std::size_t bin, double missing);

  std::vector<float> kept_;
  std::vector<double> bins_;
};

/// Whether `token` is what the logits and the draw give in double precision, or one that errors of
/// `tolerance` could make of it: relative to the largest logit, and to the probability of all candidates.
bool is_choice(std::span<const double> logits, std::int64_t token, const Sampling& sampling,
               double tolerance);

}  // namespace hpct::qwen
