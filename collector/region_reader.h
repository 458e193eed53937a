// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collector/recorder.h"
#include "collector/region_arena.h"

namespace hpct {

/// Copies out what an arena holds, thread by thread. The arena may be another process's that died in the
/// middle of anything: what cannot be right is left out, with one line in `problems` per thread.
Recording read_arena(const RegionArena& arena, std::vector<std::string>& problems);

std::vector<RegionPlace> read_sites(const ArenaTables& tables);

}  // namespace hpct
