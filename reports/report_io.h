// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/report.h>
#include <filesystem>
#include <string>
#include <string_view>

namespace hpct {

/// Reads NAME.hpct.json. Errors say the file and the line or JSON path, and what was expected
/// there: `bad_file` for damage or a newer schema, `io` when it cannot be opened.
Expected<Report> read_report(const std::filesystem::path& file);

/// The same from text; `name` stands for the file in messages.
Expected<Report> parse_report(std::string_view text, const std::string& name);

/// Pretty-printed JSON with a final newline. Never contains NaN or Infinity.
std::string to_json(const Report& report);

/// Writes to a temporary name beside `file`, syncs and renames: the final name never
/// holds half a report, and an error leaves what was there before.
Expected<void> write_report(const Report& report, const std::filesystem::path& file);

}  // namespace hpct
