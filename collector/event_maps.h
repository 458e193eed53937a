// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "reports/event_map.h"

namespace hpct {

/// Who the CPU says it is, in the words of /proc/cpuinfo; see CpuModels. Empty vendor: it does not say.
struct CpuIdentity {
  std::string vendor;
  int family = 0;
  int model = 0;
};

/// The first CPU of /proc/cpuinfo; `root` replaces "/" in tests.
CpuIdentity cpu_identity(const std::filesystem::path& root = "/");

/// A map as it was built in: the file's stem and its JSON.
struct EmbeddedText {
  std::string_view name;
  std::string_view text;
};

/// collector/event_maps/*.json, in listed order.
std::span<const EmbeddedText> event_map_texts();

/// All of them, parsed. Damage in one is a bug that a test finds; such a map is left out.
std::span<const EventMap> all_event_maps();

/// The map of this core; null when there is none.
const EventMap* find_event_map(const CpuIdentity& cpu);

}  // namespace hpct
