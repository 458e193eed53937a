// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <span>
#include <string_view>

namespace CLI {
class App;
}

namespace hpct {

/// Exit codes are part of the interface: CI scripts branch on them.
enum ExitCode : int {
  kPass = 0,
  kRegressed = 1,
  kUsage = 2,  ///< bad arguments, bad or unreadable file
  kUndecided = 3,
  kNotComparable = 4,
  kWorkloadFailed = 5,  ///< the measured program failed or its result is wrong
  kInterrupted = 130,
};

/// The registry entry: one subcommand, one file, listed in cli/CMakeLists.txt. `add` declares
/// the options on `app` and sets a callback that stores the exit code in `exit_code`.
struct CommandInfo {
  std::string_view name;
  std::string_view summary;
  void (*add)(CLI::App& command, int& exit_code);
};

std::span<const CommandInfo* const> all_commands();

/// Prints `hpct-prof: message` and `hint` to stderr; returns the exit code for the error.
int report_error(const Error& error);

}  // namespace hpct
