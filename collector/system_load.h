// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace hpct {

/// What the kernel has counted for all cores together since the system started; empty where it does not.
/// The kernel's grain is a tick, 1 to 10 ms per core.
struct SystemLoad {
  std::optional<std::int64_t> busy_ns;    ///< user, system and interrupts
  std::optional<std::int64_t> stolen_ns;  ///< ready to run while the hypervisor ran somebody else
  std::optional<std::int64_t> throttled;  ///< times the CPU slowed down because it was too hot
};

/// `root` replaces "/" in tests.
SystemLoad read_system_load(const std::filesystem::path& root = "/");

}  // namespace hpct
