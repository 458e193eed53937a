// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpct {

/// One of the kernel's PMUs outside the cores, such as a memory controller: one per channel or socket.
struct UncorePmu {
  std::string name;
  std::uint32_t type = 0;         ///< for perf_event_open
  std::vector<int> cpus;          ///< on which it is read, one per socket
  std::filesystem::path formats;  ///< says where the terms of an event go
};

/// Those whose name matches `pattern`, a name that ends in '*'; by name. Free-running counters are left out:
/// they have no events to choose.
std::vector<UncorePmu> uncore_pmus(std::string_view pattern, const std::filesystem::path& root = "/");

/// "event=0x05,umask=0xcf" as the number to configure, put together as the PMU's format files say; empty when
/// a term is unknown to it or is no number.
std::optional<std::uint64_t> uncore_config(const UncorePmu& pmu, std::string_view terms);

}  // namespace hpct
