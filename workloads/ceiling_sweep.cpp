// SPDX-License-Identifier: Apache-2.0
#include "workloads/ceiling_sweep.h"

#include <algorithm>
#include <cmath>

#include "reports/statistics.h"
#include "workloads/kernels/ceilings/kernel.h"

namespace hpct {
namespace {

/// One sample in B/s of one thread. `guess` (of the same kind) decides how much a sample loads: many passes
/// over a small set, the part of a large one that fits the time.
double sample_rate(std::int64_t bytes, double guess, const SweepPlan& plan, const TimedLoad& load) {
  const std::int64_t words = bytes / 8;
  load(words, 1);
  const double wanted = plan.seconds * guess;
  const auto passes = std::max<std::int64_t>(1, std::llround(wanted / static_cast<double>(bytes)));
  constexpr auto kStep = static_cast<std::int64_t>(kLoadStep);
  const auto part = std::max<std::int64_t>(kStep, std::llround(wanted / 8) / kStep * kStep);
  const auto loaded = std::min(words, part);
  const double seconds = load(loaded, passes);
  return seconds > 0 ? static_cast<double>(loaded) * 8 * static_cast<double>(passes) / seconds : guess;
}

SweepPoint point_of(std::int64_t bytes, int threads, const std::vector<double>& rates) {
  const double middle = median(rates);
  return {bytes, middle * threads, (quantile(rates, 0.75) - quantile(rates, 0.25)) / middle};
}

}  // namespace

std::vector<SweepPoint> sweep(const SweepPlan& plan, int threads, const TimedLoad& load, Progress& progress) {
  constexpr double kFirstGuess = 50e9;
  const auto sizes = sweep_sizes(plan.top, plan.per_octave);
  std::vector<std::vector<double>> rates(sizes.size());
  for (int round = 0; round < plan.rounds; ++round)
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (interrupt_requested()) return {};
      const double guess = !rates[i].empty() ? rates[i].back() : i > 0 ? rates[i - 1].back() : kFirstGuess;
      rates[i].push_back(sample_rate(sizes[i], guess, plan, load));
      progress.update("looking for cache levels",
                      static_cast<double>(round) * static_cast<double>(sizes.size()) + static_cast<double>(i),
                      static_cast<double>(plan.rounds) * static_cast<double>(sizes.size()));
    }
  std::vector<SweepPoint> points;
  for (std::size_t i = 0; i < sizes.size(); ++i) points.push_back(point_of(sizes[i], threads, rates[i]));
  return points;
}

}  // namespace hpct
