// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <filesystem>

namespace hpct {

/// $XDG_CACHE_HOME/hpct-prof or ~/.cache/hpct-prof, created when needed.
Expected<std::filesystem::path> cache_folder();

}  // namespace hpct
