// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/batch_agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "workloads/qwen/agreement.h"

namespace hpct::qwen {
namespace {

constexpr const char* kReference = "double-precision steps, token by token, on the same weights";

}  // namespace

Check batch_agreement(std::span<const RowResult> results, const BatchReference& reference, double tolerance) {
  Check check{.ok = reference.rounding_excess <= tolerance, .reference = kReference, .message = {}};
  double worst = 0;
  for (std::size_t t = 0; t < results.size(); ++t) {
    const auto& wanted = reference.logits[t];
    double scale = 0;
    for (const double logit : wanted) scale = std::max(scale, std::abs(logit));
    worst = std::max(worst, worst_of(results[t].logits, wanted).error / scale);
    const auto token = results[t].token;
    const bool legal = token >= 0 && token < static_cast<std::int64_t>(wanted.size());
    const double best = *std::max_element(wanted.begin(), wanted.end());
    check.ok = check.ok && legal && best - wanted[static_cast<std::size_t>(token)] <= tolerance * scale;
  }
  check.ok = check.ok && worst <= tolerance;
  check.message = fmt::format("largest error of {} rows {:.2g} of the largest logit, allowed {:.2g}",
                              results.size(), worst, tolerance);
  if (!check.ok)
    check.message +=
        fmt::format("; of what was rounded {:.2g} beyond half a step", reference.rounding_excess);
  return check;
}

}  // namespace hpct::qwen
