// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

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

/// What the user typed, and what the program will exit with.
struct Invocation {
  std::vector<std::string> words;    ///< the whole command line
  std::vector<std::string> program;  ///< everything after "--"
  int exit_code = kPass;
};

/// The registry entry: one subcommand, one file, listed in cli/CMakeLists.txt. `add` declares the
/// options on `command` and sets its callback, which stores the exit code in `invocation`.
struct CommandInfo {
  std::string_view name;
  std::string_view summary;
  void (*add)(CLI::App& command, Invocation& invocation);
};

std::span<const CommandInfo* const> all_commands();

/// Prints `hpct-prof: message` and the hint to stderr; returns the exit code that fits the error.
int report_error(const Error& error);

}  // namespace hpct
