// SPDX-License-Identifier: Apache-2.0
#include <hpct/progress.h>
#include <hpct/region.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>

#include "workloads/mapped_file.h"
#include "workloads/onebrc/rungs.h"
#include "workloads/onebrc/rungs/rows.h"

namespace hpct::onebrc {
namespace {

constexpr std::uint32_t kRowsToInterrupt = 1 << 18;  // some 50 ms

using Stations = std::map<std::string, Tally>;

Stations read_stations(std::istream& in) {
  HPCT_REGION("aggregate");
  Stations stations;
  std::string line;
  for (std::uint32_t rows = 1; std::getline(in, line); ++rows) {
    if (rows % kRowsToInterrupt == 0 && interrupt_requested()) break;
    const auto semicolon = line.find(';');
    const auto name = line.substr(0, semicolon);
    const double value = std::stod(line.substr(semicolon + 1));
    // A sum of doubles could miss a tie after some million rows.
    stations[name].add(static_cast<int>(std::lround(value * 10)));
  }
  return stations;
}

}  // namespace

Expected<Tallies> aggregate_naively(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return system_failure("open", file);
  const auto stations = read_stations(in);
  HPCT_REGION("merge");
  return tallies_of(stations);
}

}  // namespace hpct::onebrc
