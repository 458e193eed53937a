// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/timeline.h>
#include <filesystem>
#include <string_view>
#include <vector>

namespace hpct {

/// What the name of a file ends with that is compressed by Zstandard.
inline constexpr std::string_view kCompressedEnding = ".zst";

/// Timelines with more events than this are compressed: people read small ones, nobody a hundred megabytes.
inline constexpr std::int64_t kMostPlainEvents = 10'000;

/// NAME.hpct.timeline.json: one timeline per run of the report, in the same order. Plain or compressed: the
/// content tells.
Expected<std::vector<Timeline>> read_timelines(const std::filesystem::path& file);

/// Compresses when the name ends with kCompressedEnding.
Expected<void> write_timelines(const std::vector<Timeline>& timelines, const std::filesystem::path& file);

/// "a/ladder.hpct.json" -> "a/ladder.hpct.timeline.json" or, compressed, "a/ladder.hpct.timeline.json.zst"
std::filesystem::path timeline_path(const std::filesystem::path& report_file, bool compressed = false);

}  // namespace hpct
