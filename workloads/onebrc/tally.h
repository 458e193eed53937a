// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hpct::onebrc {

/// The exact result of one station. Temperatures are whole tenths of a degree.
struct Tally {
  std::string name;
  std::int64_t sum = 0;
  std::int64_t count = 0;
  int min = 999;
  int max = -999;

  void add(int tenths);
  /// Joins the other's rows; the names must be the same.
  void add(const Tally& other);
  bool operator==(const Tally&) const = default;
};

/// Sorted by the bytes of the name, each name once.
using Tallies = std::vector<Tally>;

/// Sorts, and joins tallies of the same name.
void make_sorted_and_unique(Tallies& tallies);

std::int64_t count_rows(const Tallies& tallies);

/// The mean in tenths, rounded half towards positive infinity: floor(sum / count + 1/2), in
/// integers. It is the rounding of the challenge's reference, which is Java's Math.round.
std::int64_t mean_tenths(std::int64_t sum, std::int64_t count);

/// "-12.3"; never "-0.0".
std::string format_tenths(std::int64_t tenths);

/// The challenge's output: {Abha=-23.0/18.0/59.2, Abidjan=...}, each min/mean/max, without a newline.
std::string format_results(const Tallies& tallies);

}  // namespace hpct::onebrc
