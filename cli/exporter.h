// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/report.h>

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace hpct {

/// The registry entry: one format of somebody else's tool that a report can be written in. One file
/// exporters/<stem>.cpp, listed in cli/CMakeLists.txt; `hpct-prof export R --to NAME` finds it there.
struct ExporterInfo {
  std::string_view name;
  std::string_view summary;
  /// The whole exported text. `file` is where the report was read from: its side files lie beside it.
  /// `bad_file` when the report has nothing of the kind.
  Expected<std::string> (*write)(const Report& report, const std::filesystem::path& file);
};

std::span<const ExporterInfo* const> all_exporters();

}  // namespace hpct
