// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace hpct {

/// What the system says about its memory, in bytes; empty where it says nothing. Cache sizes are
/// those reported for the first CPU: in a virtual machine often the whole host's.
struct MemoryFacts {
  std::optional<std::int64_t> l1;
  std::optional<std::int64_t> l2;
  std::optional<std::int64_t> l3;
  std::optional<std::int64_t> available;  ///< to this process: the kernel's estimate, the cgroup's limit
};

/// `root` replaces "/" in tests.
MemoryFacts read_memory_facts(const std::filesystem::path& root = "/");

}  // namespace hpct
