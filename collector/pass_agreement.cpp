// SPDX-License-Identifier: Apache-2.0
#include "collector/pass_agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/statistics.h"

namespace hpct {
namespace {

/// Medians further apart than this are no accident when the repetitions behind them do not overlap either.
constexpr double kInstructions = 0.01;
constexpr double kTime = 0.05;

using ByPass = std::map<int, std::vector<double>>;

struct Extremes {
  int low_pass = 0;
  int high_pass = 0;
};

Extremes extremes_of(const ByPass& passes) {
  const auto by_median = [](const auto& a, const auto& b) { return median(a.second) < median(b.second); };
  const auto [low, high] = std::minmax_element(passes.begin(), passes.end(), by_median);
  return {low->first, high->first};
}

void judge(const ByPass& passes, double tolerance, std::string_view what,
           std::vector<std::string>& complaints) {
  if (passes.size() < 2) return;
  const auto [low, high] = extremes_of(passes);
  const auto& slow = passes.at(high);
  const auto& fast = passes.at(low);
  const double difference = median(slow) / median(fast) - 1;
  const bool overlap =
      *std::min_element(slow.begin(), slow.end()) <= *std::max_element(fast.begin(), fast.end());
  if (overlap || !(difference > tolerance)) return;
  complaints.push_back(
      fmt::format("the counters come from passes that do not agree: {} {:.1f} % apart in passes {} and {}",
                  what, difference * 100, low + 1, high + 1));
}

}  // namespace

std::vector<std::string> pass_disagreements(const std::vector<Sample>& samples) {
  ByPass seconds;
  ByPass instructions;
  for (const auto& sample : samples) {
    seconds[sample.pass].push_back(static_cast<double>(sample.wall_ns));
    for (const auto& [name, value] : sample.readings)
      if (name == "instructions" && value.known()) instructions[sample.pass].push_back(*value.number);
  }
  std::vector<std::string> complaints;
  judge(instructions, kInstructions, "instructions", complaints);
  judge(seconds, kTime, "times", complaints);
  return complaints;
}

}  // namespace hpct
