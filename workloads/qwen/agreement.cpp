// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hpct::qwen {
namespace {

constexpr const char* kReference = "double-precision step on the same weights";

}  // namespace

WorstLogit worst_of(std::span<const float> logits, const std::vector<double>& reference) {
  WorstLogit worst;
  for (std::size_t row = 0; row < reference.size(); ++row) {
    const double difference = std::abs(static_cast<double>(logits[row]) - reference[row]);
    const double error = std::isnan(difference) ? INFINITY : difference;
    if (error > worst.error) worst = {row, error};
  }
  return worst;
}

Check agreement(std::span<const float> logits, std::int64_t token, const Reference& reference,
                const Sampling& sampling) {
  Check check{.ok = false, .reference = kReference, .message = {}};
  const auto& wanted = reference.logits;
  if (logits.size() != wanted.size()) {
    check.message = fmt::format("{} logits instead of {}", logits.size(), wanted.size());
    return check;
  }
  double scale = 0;
  for (const double logit : wanted) scale = std::max(scale, std::abs(logit));
  const double tolerance = kTolerance * scale;
  const auto worst = worst_of(logits, wanted);
  const auto best = std::max_element(wanted.begin(), wanted.end()) - wanted.begin();
  const bool chosen = is_choice(wanted, token, sampling, kTolerance);
  check.ok = worst.error <= tolerance && chosen && reference.rounding_excess <= kTolerance;
  check.message = fmt::format("largest error {:.2g} at logit {}, allowed {:.2g}; token {}, the largest {}",
                              worst.error, worst.row, tolerance, token, best);
  if (reference.rounding_excess > kTolerance)
    check.message += fmt::format("; a number was rounded wrongly, by {:.2g} of the largest of its vector",
                                 reference.rounding_excess);
  return check;
}

}  // namespace hpct::qwen
