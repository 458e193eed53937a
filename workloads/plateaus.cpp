// SPDX-License-Identifier: Apache-2.0
#include "workloads/plateaus.h"

#include <algorithm>
#include <cmath>

#include "reports/statistics.h"

namespace hpct {
namespace {

constexpr std::int64_t kSmallestSet = 8 << 10;
constexpr std::int64_t kStep = 1 << 10;

// Two levels differ by a third at least; a plateau of a quiet machine is flat within 3 %.
constexpr double kFlat = 0.06;
constexpr double kCalm = 0.05;

std::int64_t to_step(double bytes) {
  return std::max<std::int64_t>(kStep, std::llround(bytes / kStep) * kStep);
}

double median_rate(std::span<const SweepPoint> points) {
  std::vector<double> rates;
  for (const auto& point : points) rates.push_back(point.rate);
  return median(std::move(rates));
}

bool is_flat(std::span<const SweepPoint> points) {
  const double middle = median_rate(points);
  return std::all_of(points.begin(), points.end(), [&](const SweepPoint& point) {
    return point.spread < kCalm && std::abs(point.rate - middle) <= kFlat * middle;
  });
}

/// The longest flat run in `points`; empty when none has `fewest`. Of two as long, the first.
std::span<const SweepPoint> longest_flat(std::span<const SweepPoint> points, std::size_t fewest) {
  for (std::size_t length = points.size(); length >= fewest; --length)
    for (std::size_t begin = 0; begin + length <= points.size(); ++begin)
      if (const auto run = points.subspan(begin, length); is_flat(run)) return run;
  return {};
}

void collect(std::span<const SweepPoint> points, std::size_t fewest, std::vector<Plateau>& plateaus) {
  const auto run = longest_flat(points, fewest);
  if (run.empty()) return;
  const auto begin = static_cast<std::size_t>(run.data() - points.data());
  collect(points.first(begin), fewest, plateaus);
  plateaus.push_back({run.front().bytes, run.back().bytes, median_rate(run), static_cast<int>(run.size())});
  collect(points.subspan(begin + run.size()), fewest, plateaus);
}

bool is_dram(const std::vector<Plateau>& plateaus, const CacheSizes& reported, std::int64_t largest_set) {
  const auto& last = plateaus.back();
  // Up to the last size or the one before it: an L3 as large as half the sweep ends earlier.
  if (static_cast<double>(last.high) < 0.7 * static_cast<double>(largest_set)) return false;
  const auto largest_cache =
      std::max({reported.l1.value_or(0), reported.l2.value_or(0), reported.l3.value_or(0)});
  return plateaus.size() > 1 || last.low > largest_cache;
}

MemoryLevel cache_level(const Plateau& plateau, const CacheSizes& reported) {
  if (plateau.middle() <= reported.l1.value_or(0)) return MemoryLevel::l1;
  if (plateau.middle() <= reported.l2.value_or(0)) return MemoryLevel::l2;
  return MemoryLevel::l3;
}

}  // namespace

std::int64_t Plateau::middle() const {
  return to_step(std::sqrt(static_cast<double>(low) * static_cast<double>(high)));
}

std::int64_t Plateau::measured_set() const {
  constexpr double kAwayFromKnees = 1.4;  // half an octave
  const double center = static_cast<double>(middle());
  const double round = std::exp2(2 * std::round(std::log2(center) / 2));
  const bool well_inside = round >= kAwayFromKnees * static_cast<double>(low) &&
                           round * kAwayFromKnees <= static_cast<double>(high);
  return to_step(well_inside ? round : center);
}

std::vector<std::int64_t> sweep_sizes(std::int64_t top, int per_octave) {
  std::vector<std::int64_t> sizes;
  for (int i = 0;; ++i) {
    const auto size =
        to_step(static_cast<double>(kSmallestSet) * std::exp2(static_cast<double>(i) / per_octave));
    if (size > top) return sizes;
    if (sizes.empty() || size > sizes.back()) sizes.push_back(size);
  }
}

std::vector<Plateau> find_plateaus(std::span<const SweepPoint> points, std::size_t fewest) {
  std::vector<Plateau> plateaus;
  collect(points, fewest, plateaus);
  return plateaus;
}

NamedPlateaus name_plateaus(const std::vector<Plateau>& plateaus, const CacheSizes& reported, int threads,
                            std::int64_t largest_set) {
  NamedPlateaus named;
  if (plateaus.empty()) return named;
  auto shared = reported;
  if (shared.l3) shared.l3 = *shared.l3 / threads;
  const bool dram = is_dram(plateaus, shared, largest_set);
  for (std::size_t i = 0; i < plateaus.size(); ++i) {
    const bool last = i + 1 == plateaus.size();
    const auto level = last && dram ? MemoryLevel::dram : cache_level(plateaus[i], shared);
    auto& place = named.at(static_cast<std::size_t>(level));
    if (!place || plateaus[i].points > place->points) place = plateaus[i];
  }
  return named;
}

}  // namespace hpct
