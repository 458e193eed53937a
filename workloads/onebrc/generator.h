// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/progress.h>
#include <cstdint>
#include <filesystem>
#include <string>

#include "workloads/onebrc/tally.h"

namespace hpct::onebrc {

/// Which data to make. The same values give the same bytes, whatever the machine's thread count.
struct DataSet {
  std::string stations = "413";  ///< see station_set()
  std::int64_t rows = 0;
  std::uint64_t seed = 1;
};

/// A file and what is known to be in it from the way it was made: nothing was parsed for it.
struct Generated {
  std::uint64_t bytes = 0;
  Tallies tallies;
  bool operator==(const Generated&) const = default;
};

/// Writes `file` with `threads` threads, through a temporary name. Errors: io (no space, with what
/// it needs and what there is; any failed write), interrupted; neither leaves a file behind.
Expected<Generated> generate(const DataSet& data, const std::filesystem::path& file, int threads,
                             Progress& progress);

/// Deletes what generations that were killed left under temporary names in `folder`, up to 14 GB each. One
/// that is at work, in whatever process, holds a lock on its file, which stays.
void remove_leftovers(const std::filesystem::path& folder);

}  // namespace hpct::onebrc
