// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <filesystem>

namespace hpct {

/// Reads the machine from hwloc, /proc and /sys. Never fails: what the system does not say
/// stays empty. `root` replaces "/" in tests of the /proc and /sys readers.
Machine describe_machine(const std::filesystem::path& root = "/");

/// The program's own version, commit, compiler and flags, fixed at build time.
Tool describe_tool();

/// The git state of `directory`; an empty commit outside a work tree or without git.
SourceTree describe_source(const std::filesystem::path& directory);

}  // namespace hpct
