// SPDX-License-Identifier: Apache-2.0
#include "reports/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace hpct {
namespace {

/// P(X <= k) for X ~ Binomial(n, 1/2), by summing log-probabilities.
double binomial_half_cdf(std::size_t n, std::size_t k) {
  double sum = 0;
  const auto count = static_cast<double>(n);
  for (std::size_t i = 0; i <= k; ++i) {
    const auto successes = static_cast<double>(i);
    sum += std::exp(std::lgamma(count + 1) - std::lgamma(successes + 1) - std::lgamma(count - successes + 1) -
                    count * std::log(2.0));
  }
  return sum;
}

}  // namespace

double quantile(std::vector<double> sample, double q) {
  assert(!sample.empty());
  std::sort(sample.begin(), sample.end());
  const double position = q * static_cast<double>(sample.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const auto above = std::min(below + 1, sample.size() - 1);
  return std::lerp(sample[below], sample[above], position - static_cast<double>(below));
}

double median(std::vector<double> sample) { return quantile(std::move(sample), 0.5); }

std::optional<Interval> median_interval(std::span<const double> sample) {
  if (sample.size() < 6) return std::nullopt;
  // The interval between the k-th smallest and k-th largest misses the median with probability
  // 2 P(X < k); take the largest k that keeps this within 5 %.
  std::size_t k = 1;
  while (2 * binomial_half_cdf(sample.size(), k) <= 0.05) ++k;
  std::vector<double> sorted(sample.begin(), sample.end());
  std::sort(sorted.begin(), sorted.end());
  return Interval{sorted[k - 1], sorted[sorted.size() - k]};
}

Value median_value(const std::vector<double>& numbers, const std::string& unit, Provenance provenance) {
  auto value = Value::of(median(numbers), unit, provenance);
  value.interval = median_interval(numbers);
  return value;
}

std::optional<Interval> share_interval(double share, double count) {
  if (!(count > 0)) return std::nullopt;
  constexpr double kZ = 1.959964;  // 97.5 % quantile of the normal distribution
  const double weight = kZ * kZ / count;
  const double middle = (share + weight / 2) / (1 + weight);
  const double half =
      std::sqrt(std::max(0.0, share * (1 - share) * weight + weight * weight / 4)) / (1 + weight);
  return Interval{std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

}  // namespace hpct
