// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace hpct {

/// How much memory this process may still take, so that a model which does not fit is refused
/// instead of ending in a kill by the kernel. Bytes.
struct MemoryRoom {
  std::uint64_t total = 0;      ///< what the machine or the container has at all
  std::uint64_t available = 0;  ///< of that, free now or freed on demand
};

/// The smallest of /proc/meminfo and the limits of the process's cgroups (version 2).
/// Nothing where the system tells neither. `root` is "/" except in tests.
std::optional<MemoryRoom> memory_room(const std::filesystem::path& root = "/");

}  // namespace hpct
