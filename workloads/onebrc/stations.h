// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hpct::onebrc {

/// A place to draw temperatures for, in tenths of a degree.
struct Station {
  std::string name;
  int mean_tenths;
};

/// A set of stations and the spread of their temperatures around the means.
struct StationSet {
  std::vector<Station> stations;
  int sigma_tenths;
};

/// "413": the stations of the challenge with their means, sigma 10.
/// "10k": 10,000 distinct UTF-8 names of 2 to 100 bytes made from the seed, sigma 7.
StationSet station_set(std::string_view choice, std::uint64_t seed);

/// `name<TAB>mean` lines; workloads/inputs/stations.tsv as it was when this was built.
extern const std::string_view kStationsTsv;

}  // namespace hpct::onebrc
