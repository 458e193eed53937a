// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/progress.h>
#include <filesystem>

#include "workloads/onebrc/tally.h"

namespace hpct::onebrc {

/// The reference for a user's own file: getline, std::map and whole tenths, one line at a time.
/// It shares nothing with the fast variants and checks every line, so that they may assume a legal
/// file: `name;number` with 1 to 100 bytes of name, one decimal, at most 10,000 names, lines end in
/// LF. Errors: io, bad_file with `FILE:LINE: what is wrong`, interrupted.
/// Takes some 100 ns per row: 10 s for 100 million.
Expected<Tallies> brute_force(const std::filesystem::path& file, Progress& progress);

}  // namespace hpct::onebrc
