// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "collector/counter_source.h"

namespace hpct {

/// kernel.perf_event_paranoid; empty where the kernel has no perf events.
std::optional<int> perf_event_paranoid(const std::filesystem::path& root = "/");

/// Does the kernel show a performance-monitoring unit of the CPU itself?
bool kernel_has_cpu_pmu(const std::filesystem::path& root = "/");

/// Nobody counts on this machine: why, as far as the kernel shows it, in the order in which it must be
/// mended. Empty when the kernel gives no reason.
std::optional<Availability> kernel_refusal(const std::filesystem::path& root = "/");

}  // namespace hpct
