// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace hpct {

/// The caches that the system reports for the first CPU, in bytes; empty where it says nothing. In a virtual
/// machine often the whole host's: names for what a sweep finds, not sizes to rely on.
struct CacheSizes {
  std::optional<std::int64_t> l1;
  std::optional<std::int64_t> l2;
  std::optional<std::int64_t> l3;
};

/// `root` replaces "/" in tests.
CacheSizes read_cache_sizes(const std::filesystem::path& root = "/");

}  // namespace hpct
