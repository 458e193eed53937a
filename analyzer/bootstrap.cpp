// SPDX-License-Identifier: Apache-2.0
#include "analyzer/bootstrap.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <vector>

#include "reports/statistics.h"

namespace hpct {
namespace {

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
/// Ours and not <random>'s, whose distributions differ between standard libraries.
class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}

  /// 0 .. bound-1. The bias of the multiplication is bound / 2^32: nothing for a sample.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(((next() >> 32) * bound) >> 32); }

 private:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

double median_in_place(std::vector<double>& sample) {
  const auto middle = sample.begin() + static_cast<std::ptrdiff_t>(sample.size() / 2);
  std::nth_element(sample.begin(), middle, sample.end());
  if (sample.size() % 2 == 1) return *middle;
  return std::midpoint(*middle, *std::max_element(sample.begin(), middle));
}

double resampled_median(std::span<const double> sample, SplitMix& random, std::vector<double>& scratch) {
  scratch.resize(sample.size());
  for (auto& value : scratch) value = sample[random.below(sample.size())];
  return median_in_place(scratch);
}

}  // namespace

RatioEstimate ratio_of_medians(std::span<const double> base, std::span<const double> candidate, int resamples,
                               std::uint64_t seed) {
  assert(!base.empty() && !candidate.empty() && resamples > 0);
  SplitMix random(seed);
  std::vector<double> scratch;
  std::vector<double> ratios(static_cast<std::size_t>(resamples));
  for (auto& ratio : ratios) {
    const double below = resampled_median(base, random, scratch);
    ratio = resampled_median(candidate, random, scratch) / below;
  }
  const double ratio = median({candidate.begin(), candidate.end()}) / median({base.begin(), base.end()});
  return {ratio, {quantile(ratios, 0.025), quantile(ratios, 0.975)}};
}

}  // namespace hpct
