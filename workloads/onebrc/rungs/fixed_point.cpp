// SPDX-License-Identifier: Apache-2.0
#include <hpct/region.h>

#include <unordered_map>

#include "workloads/onebrc/rungs.h"
#include "workloads/onebrc/rungs/rows.h"

namespace hpct::onebrc {
namespace {

using Stations = std::unordered_map<std::string_view, Tally>;

int parse_tenths(std::string_view number) {
  const bool negative = number.starts_with('-');
  unsigned tenths = 0;  // a file that is overwritten meanwhile may have any number of digits
  for (const char c : number)
    if (c != '-' && c != '.') tenths = tenths * 10 + static_cast<unsigned>(c - '0');
  return static_cast<int>(negative ? 0 - tenths : tenths);
}

Stations read_stations(std::string_view text) {
  HPCT_REGION("aggregate");
  Stations stations;
  for_each_row(text, [&](std::string_view name, std::string_view number) {
    stations[name].add(parse_tenths(number));
  });
  return stations;
}

}  // namespace

/// The step: a temperature has one decimal, so it is a whole number of tenths. No floating point is parsed
/// or rounded.
Tallies aggregate_fixed_point(std::string_view text, Crew&) {
  const auto stations = read_stations(text);
  HPCT_REGION("merge");
  return tallies_of(stations);
}

}  // namespace hpct::onebrc
