// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace hpct {

inline constexpr std::size_t kHugePage = std::size_t{1} << 21;

/// Zeroed memory of its own that starts where a huge page can and costs nothing until it is touched; free
/// it with munmap. Null, with errno, when there is no room.
[[nodiscard]] char* map_aligned_space(std::size_t bytes);

}  // namespace hpct
