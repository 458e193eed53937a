// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <filesystem>
#include <string_view>

namespace hpct {

/// What this program is compiled for; empty for others.
#if defined(__x86_64__)
inline constexpr std::string_view kArchitecture = "x86_64";
#elif defined(__aarch64__)
inline constexpr std::string_view kArchitecture = "aarch64";
#else
inline constexpr std::string_view kArchitecture;
#endif

/// Reads the machine from hwloc, /proc and /sys. Never fails: what the system does not say stays empty, and
/// an emulator that shows its host's CPU in /proc is called emulated. `root` replaces "/" and `architecture`
/// the program's own in tests of the /proc and /sys readers.
Machine describe_machine(const std::filesystem::path& root = "/",
                         std::string_view architecture = kArchitecture);

/// The program's own version, commit, compiler and flags, fixed at build time.
Tool describe_tool();

/// The git state of `directory`; an empty commit outside a work tree or without git.
SourceTree describe_source(const std::filesystem::path& directory);

}  // namespace hpct
