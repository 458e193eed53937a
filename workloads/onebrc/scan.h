// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "workloads/thread_team.h"

namespace hpct::onebrc {

/// How the bytes of a file come to the program.
enum class Scan { mapped, read, populated };

struct ScanInfo {
  const char* name;
  const char* summary;
  Scan scan;
};

/// What no variant can beat: the file is read and its lines are counted, nothing else.
inline constexpr ScanInfo kScans[] = {
    {"scan-mmap", "limit: lines of the mapped file are counted", Scan::mapped},
    {"scan-read", "limit: the same through read() of 512 KiB", Scan::read},
    {"scan-populate", "limit: the same, all pages mapped at once", Scan::populated},
};

inline std::optional<Scan> scan_of(std::string_view variant) {
  for (const auto& info : kScans)
    if (variant == info.name) return info.scan;
  return std::nullopt;
}

/// The lines of the file, the last one with or without its newline. Opens the region scan. Errors: io.
Expected<std::int64_t> count_lines(const std::filesystem::path& file, Scan scan, ThreadTeam& team);

}  // namespace hpct::onebrc
