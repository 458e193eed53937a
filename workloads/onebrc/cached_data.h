// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/progress.h>
#include <filesystem>

#include "workloads/onebrc/generator.h"

namespace hpct::onebrc {

/// A generated file that is kept between runs, and beside it a small text file with its size and
/// its tallies.
struct CachedData {
  std::filesystem::path file;
  std::filesystem::path expected;
  Generated content;
};

/// The data set from the cache folder; generated there when it is missing, cut short or older
/// than the generator. Errors as generate().
Expected<CachedData> cached_data(const DataSet& data, const std::filesystem::path& cache, Progress& progress);

}  // namespace hpct::onebrc
