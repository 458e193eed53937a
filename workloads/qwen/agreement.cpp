// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hpct::qwen {
namespace {

constexpr const char* kReference = "double-precision step on the same weights";

struct Worst {
  std::size_t row = 0;
  double error = 0;
};

/// A NaN counts as infinitely wrong, so that the message names its row.
Worst worst_of(std::span<const float> logits, const std::vector<double>& reference) {
  Worst worst;
  for (std::size_t row = 0; row < reference.size(); ++row) {
    const double difference = std::abs(static_cast<double>(logits[row]) - reference[row]);
    const double error = std::isnan(difference) ? INFINITY : difference;
    if (error > worst.error) worst = {row, error};
  }
  return worst;
}

}  // namespace

Check agreement(std::span<const float> logits, std::int64_t token, const std::vector<double>& reference,
                double relative_tolerance) {
  Check check{.ok = false, .reference = kReference, .message = {}};
  if (logits.size() != reference.size()) {
    check.message = fmt::format("{} logits instead of {}", logits.size(), reference.size());
    return check;
  }
  double scale = 0;
  for (const double logit : reference) scale = std::max(scale, std::abs(logit));
  const double tolerance = relative_tolerance * scale;
  const auto worst = worst_of(logits, reference);
  const auto best = std::max_element(reference.begin(), reference.end()) - reference.begin();
  const bool legal = token >= 0 && token < static_cast<std::int64_t>(reference.size());
  const bool chosen =
      legal &&
      reference[static_cast<std::size_t>(best)] - reference[static_cast<std::size_t>(token)] <= tolerance;
  check.ok = worst.error <= tolerance && chosen;
  check.message = fmt::format("largest error {:.2g} at logit {}, allowed {:.2g}; token {}, reference {}",
                              worst.error, worst.row, tolerance, token, best);
  return check;
}

}  // namespace hpct::qwen
