// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <filesystem>

#include "workloads/onebrc/tally.h"

namespace hpct::onebrc {

/// What a student writes first: getline, substr, stod, std::map; one thread. The file must be
/// legal. Opens the regions aggregate and merge.
Expected<Tallies> aggregate_naively(const std::filesystem::path& file);

}  // namespace hpct::onebrc
