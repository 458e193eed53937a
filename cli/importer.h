// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/report.h>

#include <span>
#include <string>
#include <string_view>

namespace hpct {

/// The registry entry: one format of somebody else's tool that becomes a report. One file
/// importers/<stem>.cpp, listed in cli/CMakeLists.txt; `hpct-prof import` finds it by the content.
struct ImporterInfo {
  std::string_view name;
  std::string_view summary;  ///< and how to write such a file
  /// A guess from the text; damaged files of the format count too, so that reading says what is wrong.
  bool (*recognises)(std::string_view text);
  /// `name` stands for the file in messages.
  Expected<Report> (*read)(std::string_view text, const std::string& name);
};

std::span<const ImporterInfo* const> all_importers();

}  // namespace hpct
