// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/timeline.h>
#include <filesystem>
#include <vector>

namespace hpct {

/// NAME.hpct.timeline.json: one timeline per run of the report, in the same order.
Expected<std::vector<Timeline>> read_timelines(const std::filesystem::path& file);
Expected<void> write_timelines(const std::vector<Timeline>& timelines, const std::filesystem::path& file);

/// "a/ladder.hpct.json" -> "a/ladder.hpct.timeline.json"
std::filesystem::path timeline_path(const std::filesystem::path& report_file);

}  // namespace hpct
