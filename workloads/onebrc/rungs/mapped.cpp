// SPDX-License-Identifier: Apache-2.0
#include <hpct/region.h>

#include <cmath>
#include <map>
#include <string>

#include "workloads/onebrc/rungs.h"
#include "workloads/onebrc/rungs/rows.h"

namespace hpct::onebrc {
namespace {

using Stations = std::map<std::string, Tally>;

Stations read_stations(std::string_view text) {
  HPCT_REGION("aggregate");
  Stations stations;
  for_each_row(text, [&](std::string_view name, std::string_view number) {
    const double value = std::stod(std::string(number));
    stations[std::string(name)].add(static_cast<int>(std::lround(value * 10)));
  });
  return stations;
}

}  // namespace

/// The step: no stream and no copy of the file, the page cache is read where it is.
Tallies aggregate_mapped(std::string_view text, Crew&) {
  const auto stations = read_stations(text);
  HPCT_REGION("merge");
  return tallies_of(stations);
}

}  // namespace hpct::onebrc
