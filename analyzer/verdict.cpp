// SPDX-License-Identifier: Apache-2.0
#include "analyzer/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace hpct {
namespace {

// Beyond this nobody repeats: a quieter machine is the better advice.
constexpr double kMostRepetitions = 1000;

/// Repetitions per side until the interval is expected to be narrow enough: its width shrinks with
/// the square root of their number.
double repetitions_to_decide(const RatioEstimate& estimate, std::size_t repetitions, double threshold) {
  const double change = std::abs(estimate.ratio - 1);
  const double wanted = change > threshold ? change : threshold - change;
  const double half_width =
      std::max(estimate.interval.high - estimate.ratio, estimate.ratio - estimate.interval.low);
  const double factor = half_width / wanted;
  return std::ceil(static_cast<double>(repetitions) * factor * factor);
}

std::string undecided_reason(const RatioEstimate& estimate, std::size_t repetitions, double threshold) {
  const auto range =
      fmt::format("the interval {:+.1f} .. {:+.1f} % reaches across the limit of {:.3g} %",
                  (estimate.interval.low - 1) * 100, (estimate.interval.high - 1) * 100, threshold * 100);
  const double needed = repetitions_to_decide(estimate, repetitions, threshold);
  if (needed > kMostRepetitions)
    return range + "; more repetitions will hardly decide it, a quieter machine may";
  return fmt::format("{}; about {:.0f} repetitions per side may decide it, there are {}", range,
                     std::max(needed, static_cast<double>(repetitions) + 1), repetitions);
}

}  // namespace

Judgement judge(const RatioEstimate& estimate, std::size_t repetitions, double threshold) {
  const auto& [low, high] = estimate.interval;
  if (low > 1 && estimate.ratio > 1 + threshold) return {Verdict::regressed, {}};
  if (high < 1 && estimate.ratio < 1 - threshold) return {Verdict::improved, {}};
  if (low >= 1 - threshold && high <= 1 + threshold) return {Verdict::unchanged, {}};
  return {Verdict::undecided, undecided_reason(estimate, repetitions, threshold)};
}

std::string_view name_of(Verdict verdict) {
  constexpr std::array<std::string_view, 5> kNames{"improved", "unchanged", "regressed", "undecided",
                                                   "not comparable"};
  return kNames.at(static_cast<std::size_t>(verdict));
}

int weight_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::unchanged:
      return 0;
    case Verdict::improved:
      return 1;
    case Verdict::undecided:
      return 2;
    case Verdict::regressed:
      return 3;
    case Verdict::not_comparable:
      return 4;
  }
  return 4;
}

Verdict worse(Verdict a, Verdict b) { return weight_of(a) >= weight_of(b) ? a : b; }

}  // namespace hpct
