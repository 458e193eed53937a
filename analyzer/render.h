// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "analyzer/analysis.h"

namespace hpct {

/// How text is laid out. Colour only when the output is a terminal that wants it.
struct RenderOptions {
  int width = 80;
  bool colour = false;
};

/// The registry entry: one way of showing an analysis as text ("summary", "ladder").
/// Listed in analyzer/CMakeLists.txt; `hpct-prof show --view NAME` finds it there.
struct RenderInfo {
  std::string_view name;
  std::string_view summary;
  std::string (*render)(const Analysis& analysis, const RenderOptions& options);
};

std::span<const RenderInfo* const> all_renders();

}  // namespace hpct
